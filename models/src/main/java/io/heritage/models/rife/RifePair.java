package io.heritage.models.rife;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.Cancellation;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.rife.RifeCalls.Coordinates;
import io.heritage.models.rife.RifeCalls.Flow;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.TensorScope;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Two neighbouring frames, and the frames between them. Features are computed once a frame: {@link
 * #next} makes the second frame the first of the following pair. Memory does not grow with the
 * number of frames.
 */
public final class RifePair implements AutoCloseable {
    private static final int BLOCKS = 4;

    private final RifeCalls calls;
    private final int width;
    private final int height;
    private final RifeProfile profile;
    private final TensorShape frameShape;
    private final Arena bytes = Arena.ofShared();
    private final TensorScope constants;
    private final ByteBuffer written;
    private final Coordinates coordinates;
    private EncodedFrame first;
    private EncodedFrame second;
    private TensorScope joined;
    private IValue pair;

    /**
     * @param rgb off the heap, reused for a later frame
     * @param features [1, 7, P, Q] with the image
     */
    private record EncodedFrame(ByteBuffer rgb, TensorScope scope, IValue features)
            implements AutoCloseable {
        @Override
        public void close() {
            scope.close();
        }
    }

    /**
     * A frame given as input.
     *
     * @param rgb 8 bits, row by row, what times 0 and 1 answer
     * @param picture the same before it was truncated to 8 bits, float32 [3, H, W] from 0 to 1, on
     *     the device; null if there are only the bytes
     */
    public record Frame(ByteBuffer rgb, @Nullable IValue picture) {}

    private RifePair(
            RifeCalls calls,
            Frame firstFrame,
            Frame secondFrame,
            int width,
            int height,
            RifeProfile profile) {
        this.constants = calls.newScope();
        this.calls = calls.laidOutFor(constants, RifeFlops.padded(height), RifeFlops.padded(width));
        this.width = width;
        this.height = height;
        this.profile = profile;
        this.frameShape = TensorShape.of(height, width, 3);
        this.written = newFrame();
        this.first = encoded(firstFrame, newFrame());
        this.second = encoded(secondFrame, newFrame());
        this.coordinates =
                calls.coordinates(
                        constants,
                        RifeFlops.padded(height),
                        RifeFlops.padded(width),
                        first.features());
        this.joined = calls.newScope();
        this.pair = calls.pair(joined, first.features(), second.features());
    }

    static RifePair of(
            RifeCalls calls,
            Frame first,
            Frame second,
            int width,
            int height,
            RifeProfile profile) {
        requireFrame(first.rgb, width, height);
        requireFrame(second.rgb, width, height);
        return new RifePair(calls, first, second, width, height, profile);
    }

    /**
     * Computes the frame at a time between the two and puts its {@code 3 * width * height} bytes at
     * the position of the buffer, which advances. 8 bits by truncation, not rounding. At 0 and 1 it
     * is the input itself.
     *
     * @param t 0 (first frame) to 1 (second)
     * @throws io.heritage.models.PipelineCancelled between two blocks if it was asked for
     */
    public void at(double t, ByteBuffer rgbOut, Cancellation cancellation) {
        if (!(t >= 0 && t <= 1)) {
            throw new IllegalArgumentException("time %s is not between 0 and 1".formatted(t));
        }
        if (rgbOut.remaining() < frameBytes()) {
            throw new IllegalArgumentException(
                    "the buffer has room for %d bytes, a frame needs %d"
                            .formatted(rgbOut.remaining(), frameBytes()));
        }
        cancellation.checkpoint();
        if (t == 0) {
            rgbOut.put(first.rgb().duplicate());
        } else if (t == 1) {
            rgbOut.put(second.rgb().duplicate());
        } else {
            compute(t, cancellation);
            rgbOut.put(written.duplicate());
        }
    }

    private void compute(double t, Cancellation cancellation) {
        try (TensorScope scope = calls.newScope()) {
            Flow flow = flow(scope, t, cancellation);
            long start = System.nanoTime();
            calls.writeFrame(
                    scope,
                    pair,
                    coordinates,
                    flow,
                    scope.hostTensor(written.duplicate(), TensorType.U8, frameShape));
            profile.ran(RifeStage.BLEND, System.nanoTime() - start);
        }
    }

    /**
     * The frame before truncation to 8 bits, [3, H, W], 0 to 1, for comparison with reference
     * tensors.
     */
    public FloatTensor floatsAt(double t) {
        try (TensorScope scope = calls.newScope()) {
            Flow flow = flow(scope, t, Cancellation.NEVER);
            return scope.floats(calls.frame(scope, pair, coordinates, flow, height, width));
        }
    }

    /** Each block runs in its own scope, so that its memory is freed before the next one runs. */
    private Flow flow(TensorScope scope, double t, Cancellation cancellation) {
        long start = System.nanoTime();
        TensorScope before = calls.newScope();
        try {
            Flow flow = calls.firstFlow(before, pair, t);
            for (int block = 1; block < BLOCKS; block++) {
                profile.ran(stage(block - 1), System.nanoTime() - start);
                cancellation.checkpoint();
                start = System.nanoTime();
                TensorScope after = calls.newScope();
                try {
                    flow = calls.refinedFlow(after, block, pair, coordinates, flow, t);
                } finally {
                    before.close();
                    before = after;
                }
            }
            profile.ran(RifeStage.BLOCK_3, System.nanoTime() - start);
            cancellation.checkpoint();
            return new Flow(before.moveTo(scope, flow.flow()), before.moveTo(scope, flow.mask()));
        } finally {
            before.close();
        }
    }

    private static RifeStage stage(int block) {
        return switch (block) {
            case 0 -> RifeStage.BLOCK_0;
            case 1 -> RifeStage.BLOCK_1;
            case 2 -> RifeStage.BLOCK_2;
            default -> RifeStage.BLOCK_3;
        };
    }

    /** Advances: the second frame becomes the first, and this one the second. */
    public void next(ByteBuffer rgb) {
        next(new Frame(rgb, null));
    }

    /** The same with a frame of more than 8 bits. */
    public void next(Frame frame) {
        requireFrame(frame.rgb, width, height);
        joined.close();
        first.close();
        ByteBuffer free = first.rgb();
        first = second;
        second = encoded(frame, free);
        joined = calls.newScope();
        pair = calls.pair(joined, first.features(), second.features());
    }

    private EncodedFrame encoded(Frame frame, ByteBuffer into) {
        long start = System.nanoTime();
        ByteBuffer rgb = frame.rgb;
        into.duplicate().put(rgb.duplicate().limit(rgb.position() + frameBytes()));
        TensorScope scope = calls.newScope();
        try (TensorScope step = calls.newScope()) {
            int padHeight = RifeFlops.padded(height) - height;
            int padWidth = RifeFlops.padded(width) - width;
            IValue features =
                    frame.picture == null
                            ? calls.encode(
                                    scope,
                                    step.tensor(into.duplicate(), TensorType.U8, frameShape),
                                    padHeight,
                                    padWidth)
                            : calls.encodePicture(scope, frame.picture, padHeight, padWidth);
            return new EncodedFrame(into, scope, features);
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        } finally {
            profile.ran(RifeStage.ENCODE, System.nanoTime() - start);
        }
    }

    private ByteBuffer newFrame() {
        return bytes.allocate(frameBytes(), 64).asByteBuffer();
    }

    private int frameBytes() {
        return 3 * width * height;
    }

    private static void requireFrame(ByteBuffer rgb, int width, int height) {
        if (width < 1 || height < 1 || 3L * width * height > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "frames of %dx%d; each side must be at least 1 and the frame below 2 GiB"
                            .formatted(width, height));
        }
        if (rgb.remaining() < 3 * width * height) {
            throw new IllegalArgumentException(
                    "%d bytes for a frame of %dx%d RGB, expected %d"
                            .formatted(rgb.remaining(), width, height, 3 * width * height));
        }
    }

    @Override
    public void close() {
        joined.close();
        first.close();
        second.close();
        constants.close();
        bytes.close();
    }
}
