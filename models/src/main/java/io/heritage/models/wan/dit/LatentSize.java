package io.heritage.models.wan.dit;

/**
 * Size of a latent.
 *
 * @param height an eighth of the video's, even
 * @param width the same
 */
public record LatentSize(int frames, int height, int width) {
    public static final int CHANNELS = 16;
    private static final int SPACE = 8;
    private static final int TIME = 4;

    public LatentSize {
        if (frames < 1 || height < 2 || width < 2 || height % 2 != 0 || width % 2 != 0) {
            throw new IllegalArgumentException(
                    "latent of %d frames %dx%d: sides must be even and nothing empty"
                            .formatted(frames, width, height));
        }
    }

    /**
     * @param frames of the video, 4n + 1
     * @param height of the video, a multiple of 16
     * @param width the same
     */
    public static LatentSize ofVideo(int frames, int height, int width) {
        if (frames % TIME != 1 || height % (2 * SPACE) != 0 || width % (2 * SPACE) != 0) {
            throw new IllegalArgumentException(
                    "video of %d frames %dx%d: frames must be 4n + 1, sides multiples of 16"
                            .formatted(frames, width, height));
        }
        return new LatentSize((frames - 1) / TIME + 1, height / SPACE, width / SPACE);
    }

    /** Tokens of the transformer: each is a square of 2x2. */
    public long tokens() {
        return (long) frames * (height / 2) * (width / 2);
    }
}
