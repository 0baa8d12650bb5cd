package io.heritage.models.seedvr2.dit;

/**
 * Video tokens of a clip: latent frames, and half the latent height and width
 * (docs/spec/seedvr2.md, section 2.1).
 *
 * @param t latent frames
 * @param h rows of tokens
 * @param w columns of tokens
 */
public record TokenGrid(int t, int h, int w) {
    private static final int PATCH = 2;

    public TokenGrid {
        if (t < 1 || h < 1 || w < 1) {
            throw new IllegalArgumentException("empty token grid %d x %d x %d".formatted(t, h, w));
        }
    }

    public static TokenGrid ofLatent(int frames, int height, int width) {
        if (height % PATCH != 0 || width % PATCH != 0) {
            throw new IllegalArgumentException(
                    "latent of %d x %d, both must be even".formatted(height, width));
        }
        return new TokenGrid(frames, height / PATCH, width / PATCH);
    }

    public int tokens() {
        return Math.multiplyExact(t, Math.multiplyExact(h, w));
    }
}
