package io.heritage.processor.interpolate;

import io.heritage.media.RgbFrame;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.rife.Rife;
import io.heritage.models.rife.RifePair;
import io.heritage.models.rife.RifeProfile;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.TensorScope;
import io.heritage.processor.interpolate.FrameInterpolator.FramePair;
import io.heritage.processor.job.WorkObserver;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * Neighbours of 16 bit samples: the network computes in floating point and is not cut to 8 bits.
 */
final class DeepRifePair implements FramePair {
    private static final float MAX = 0xffff;

    private final Rife rife;
    private final int width;
    private final int height;
    private final RifePair pair;

    DeepRifePair(Rife rife, RgbFrame first, RgbFrame second) {
        this.rife = rife;
        this.width = first.width();
        this.height = first.height();
        try (Arena memory = Arena.ofConfined();
                TensorScope scope = rife.calls().newScope()) {
            pair =
                    rife.pair(
                            frame(first, memory, scope),
                            frame(second, memory, scope),
                            width,
                            height,
                            RifeProfile.NONE);
        }
    }

    /** The planes of a frame, from 0 to 1, beside its samples cut to bytes. */
    private RifePair.Frame frame(RgbFrame frame, Arena memory, TensorScope scope) {
        int pixels = width * height;
        ByteBuffer planes = memory.allocate(12L * pixels, 64).asByteBuffer();
        FloatBuffer values = planes.order(ByteOrder.nativeOrder()).asFloatBuffer();
        ByteBuffer bytes = memory.allocate(3L * pixels, 64).asByteBuffer();
        ShortBuffer samples = frame.pixels().order(ByteOrder.nativeOrder()).asShortBuffer();
        for (int i = 0; i < 3 * pixels; i++) {
            int sample = samples.get(i) & 0xffff;
            values.put(i % 3 * pixels + i / 3, sample / MAX);
            bytes.put(i, (byte) (sample >> 8));
        }
        return new RifePair.Frame(
                bytes, scope.tensor(planes, TensorType.F32, TensorShape.of(3, height, width)));
    }

    @Override
    public void next(RgbFrame frame) {
        try (Arena memory = Arena.ofConfined();
                TensorScope scope = rife.calls().newScope()) {
            pair.next(frame(frame, memory, scope));
        }
    }

    @Override
    public void between(double t, RgbFrame into, WorkObserver observer) {
        observer.checkpoint();
        FloatTensor planes = pair.floatsAt(t);
        int pixels = width * height;
        ShortBuffer samples = into.pixels().order(ByteOrder.nativeOrder()).asShortBuffer();
        for (int i = 0; i < 3 * pixels; i++) {
            float value = Math.clamp(planes.at(i % 3 * pixels + i / 3), 0f, 1f);
            samples.put(i, (short) Math.round(value * MAX));
        }
    }

    @Override
    public void close() {
        pair.close();
    }
}
