package io.heritage.models.seedvr2.sampling;

/**
 * Classifier-free guidance (docs/spec/seedvr2.md, section 1.6). The released weights are distilled
 * for a scale of 1, where the negative text is not evaluated.
 *
 * @param rescale share of the velocity whose deviation is set back to that of the positive one, 0
 *     to 1
 */
public record Guidance(double scale, double rescale) {
    public static final Guidance NONE = new Guidance(1, 0);

    public Guidance {
        if (!Double.isFinite(scale)) {
            throw new IllegalArgumentException("cfg_scale %s is not a number".formatted(scale));
        }
        if (!(rescale >= 0 && rescale <= 1)) {
            throw new IllegalArgumentException(
                    "cfg_rescale %s is not between 0 and 1".formatted(rescale));
        }
    }

    public boolean needsNegative() {
        return scale != 1;
    }
}
