package io.heritage.models.seedvr2.frame;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.TensorScope;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.SampleDepth;
import java.nio.ByteBuffer;

/**
 * Frames in host memory.
 *
 * @param rgb direct; [frames, height, width, 3] samples from its position, not to be changed
 */
public record RgbClip(FrameSize size, int frames, SampleDepth bits, ByteBuffer rgb) {
    public RgbClip {
        long bytes = 3 * size.pixels() * frames * bits.bytes();
        if (frames < 1 || rgb.remaining() != bytes) {
            throw new IllegalArgumentException(
                    "%d bytes for %d frames of %s, expected %d"
                            .formatted(rgb.remaining(), frames, size, bytes));
        }
    }

    /** Frames of 8 bits. */
    public RgbClip(FrameSize size, int frames, ByteBuffer rgb) {
        this(size, frames, SampleDepth.EIGHT, rgb);
    }

    /** Bytes of a frame of 8 bits. */
    public static int bytesPerFrame(FrameSize size) {
        return bytesPerFrame(size, SampleDepth.EIGHT);
    }

    public static int bytesPerFrame(FrameSize size, SampleDepth bits) {
        return Math.toIntExact(3 * size.pixels() * bits.bytes());
    }

    /** uint8 [count, H, W, 3], of 16 bit [count, H, W, 6]. */
    public IValue tensor(TensorScope scope, int first, int count) {
        int frame = bytesPerFrame(size, bits);
        return scope.tensor(
                rgb.slice(rgb.position() + first * frame, count * frame),
                TensorType.U8,
                TensorShape.of(count, size.height(), size.width(), 3 * bits.bytes()));
    }
}
