package io.heritage.models.seedvr2;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.TensorScope;
import java.nio.ByteBuffer;

/**
 * Frames in host memory.
 *
 * @param rgb direct; uint8 [frames, height, width, 3] from its position, not to be changed
 */
public record RgbClip(VideoSize size, int frames, ByteBuffer rgb) {
    public RgbClip {
        long bytes = 3 * size.pixels() * frames;
        if (frames < 1 || rgb.remaining() != bytes) {
            throw new IllegalArgumentException(
                    "%d bytes for %d frames of %s, expected %d"
                            .formatted(rgb.remaining(), frames, size, bytes));
        }
    }

    public static int bytesPerFrame(VideoSize size) {
        return Math.toIntExact(3 * size.pixels());
    }

    /** uint8 [count, H, W, 3]. */
    IValue tensor(TensorScope scope, int first, int count) {
        int frame = bytesPerFrame(size);
        return scope.tensor(
                rgb.slice(rgb.position() + first * frame, count * frame),
                TensorType.U8,
                TensorShape.of(count, size.height(), size.width(), 3));
    }
}
