package io.heritage.models.wan;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.Cancellation;
import io.heritage.models.FrameSink;
import io.heritage.models.rife.Rife;
import io.heritage.models.rife.RifePair;
import io.heritage.models.rife.RifeProfile;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.vae.VaeDecoder;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Turns decoded pictures into frames. The frames between two pictures are interpolated before the
 * next picture is decoded, so at most two are held. Decoded pictures pass unchanged; all frames are
 * truncated to 8 bits.
 */
public final class FrameStream implements AutoCloseable {
    private final TorchRuntime runtime;
    private final VaeDecoder decoder;
    private final Rife rife;
    private final Format format;
    private final FrameSink sink;
    private final Cancellation cancellation;
    private final ByteBuffer decoded;
    private final ByteBuffer out;
    private @Nullable TensorScope firstScope;
    private @Nullable IValue first;
    private @Nullable RifePair pair;

    /**
     * @param multiplier frames for each decoded one but the last: 1 leaves them as they are
     */
    public record Format(int width, int height, int multiplier) {
        int frameBytes() {
            return 3 * width * height;
        }
    }

    public FrameStream(
            TorchRuntime runtime,
            VaeDecoder decoder,
            Rife rife,
            Format format,
            FrameSink sink,
            Cancellation cancellation) {
        this.runtime = runtime;
        this.decoder = decoder;
        this.rife = rife;
        this.format = format;
        this.sink = sink;
        this.cancellation = cancellation;
        this.decoded = ByteBuffer.allocateDirect(format.frameBytes());
        this.out = ByteBuffer.allocateDirect(format.frameBytes());
    }

    /** Number of frames for a number of pictures. */
    public static int count(int pictures, int multiplier) {
        return (pictures - 1) * multiplier + 1;
    }

    /**
     * @param pictures [3, count, H, W], 0 to 1
     */
    public void add(IValue pictures, int count) {
        for (int i = 0; i < count; i++) {
            try (TensorScope scope = runtime.newScope()) {
                addOne(scope, pictures, i);
            }
        }
    }

    private void addOne(TensorScope scope, IValue pictures, int frame) {
        if (format.multiplier == 1) {
            decoder.writeFrame(scope, pictures, frame, format.height, format.width, out.clear());
            deliver();
            return;
        }
        IValue picture = decoder.picture(scope, pictures, frame);
        if (firstScope == null) {
            firstScope = runtime.newScope();
            first = scope.moveTo(firstScope, picture);
            decoder.writeFrame(scope, pictures, frame, format.height, format.width, out.clear());
            return;
        }
        decoder.writeFrame(scope, pictures, frame, format.height, format.width, decoded.clear());
        var next = new RifePair.Frame(decoded.clear(), picture);
        RifePair current = pair;
        if (current == null) {
            current = openPair(next);
            pair = current;
        } else {
            current.next(next);
        }
        for (int j = 0; j < format.multiplier; j++) {
            deliver(current, (double) j / format.multiplier);
        }
    }

    private RifePair openPair(RifePair.Frame second) {
        return rife.pair(
                new RifePair.Frame(out.clear(), first),
                second,
                format.width,
                format.height,
                RifeProfile.NONE);
    }

    private void deliver(RifePair current, double time) {
        current.at(time, out.clear(), cancellation);
        deliver();
    }

    private void deliver() {
        sink.accept(out.clear(), 1);
    }

    /** Delivers the last picture. */
    public void finish() {
        if (pair != null) {
            deliver(pair, 1);
        } else if (firstScope != null) {
            deliver();
        }
    }

    @Override
    public void close() {
        if (pair != null) {
            pair.close();
        }
        if (firstScope != null) {
            firstScope.close();
        }
    }
}
