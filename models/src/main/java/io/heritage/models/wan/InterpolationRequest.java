package io.heritage.models.wan;

import io.heritage.models.wan.dit.LatentSize;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The request for a video.
 *
 * @param start RGB, 8 bits, row by row, {@code 3 * width * height} bytes from its position
 * @param end the same, or null if the last frame is not given
 * @param width a multiple of 16
 * @param height a multiple of 16
 * @param frames that the experts make, 4n + 1
 * @param steps of the solver over both experts
 * @param seed of the noise; the same one gives the same frames
 * @param negativePrompt what the video should not show; has no effect without guidance
 * @param multiplier 1, 2 or 4: frames for each of the experts' but the last
 */
public record InterpolationRequest(
        ByteBuffer start,
        @Nullable ByteBuffer end,
        int width,
        int height,
        int frames,
        int steps,
        long seed,
        String positivePrompt,
        String negativePrompt,
        int multiplier) {
    /** The negative prompt of the official configuration; the default. */
    public static final String DEFAULT_NEGATIVE_PROMPT =
            "色调艳丽，过曝，静态，细节模糊不清，字幕，风格，作品，画作，画面，静止，整体发灰，最差质量，低质量，JPEG压缩残留，"
                    + "丑陋的，残缺的，多余的手指，画得不好的手部，画得不好的脸部，畸形的，毁容的，形态畸形的肢体，手指融合，"
                    + "静止不动的画面，杂乱的背景，三条腿，背景人很多，倒着走";

    private static final Set<Integer> MULTIPLIERS = Set.of(1, 2, 4);

    public InterpolationRequest {
        LatentSize.ofVideo(frames, height, width);
        if (steps < 1 || !MULTIPLIERS.contains(multiplier)) {
            throw new IllegalArgumentException(
                    "%d steps, multiplier %d: at least 1 step and a multiplier of 1, 2 or 4"
                            .formatted(steps, multiplier));
        }
        requireImage("start", start, width, height);
        if (end != null) {
            requireImage("end", end, width, height);
        }
    }

    private static void requireImage(String name, ByteBuffer rgb, int width, int height) {
        if (rgb.remaining() < 3 * width * height) {
            throw new IllegalArgumentException(
                    "the %s image has %d bytes, expected %dx%d RGB of %d"
                            .formatted(name, rgb.remaining(), width, height, 3 * width * height));
        }
    }

    /** Frames that the experts make for a requested number: 4n + 1, rounded down. */
    public static int framesFor(int asked) {
        return (asked - 1) / 4 * 4 + 1;
    }

    /** Frames that are delivered. */
    public int outputFrames() {
        return FrameStream.count(frames, multiplier);
    }

    LatentSize latentSize() {
        return LatentSize.ofVideo(frames, height, width);
    }

    /** Without images and prompts: these are private. */
    @Override
    public String toString() {
        return "%dx%d, %d frames, %d steps, seed %s, multiplier %d"
                .formatted(width, height, frames, steps, Long.toUnsignedString(seed), multiplier);
    }
}
