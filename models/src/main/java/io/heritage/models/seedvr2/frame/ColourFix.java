package io.heritage.models.seedvr2.frame;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Method of matching colours to the input (docs/spec/seedvr2.md, section 6). */
public enum ColourFix {
    /** The reference's default: details from the network, low frequencies from the input. */
    WAVELET("wavelet", true),
    /** Matches mean and deviation of each channel of each frame. */
    ADAIN("adain", true),
    /** Matches histograms in CIE L*a*b* over all frames of a clip together. */
    LAB("lab", false),
    /** Matches saturation by hue. */
    HSV("hsv", false),
    WAVELET_PORT("wavelet_port", true),
    WAVELET_ADAPTIVE("wavelet_adaptive", false),
    NONE("none", true);

    private final String method;
    private final boolean perFrame;

    ColourFix(String method, boolean perFrame) {
        this.method = method;
        this.perFrame = perFrame;
    }

    public static ColourFix parse(String text) {
        return Arrays.stream(values())
                .filter(fix -> fix.method.equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "colour fix '%s' is none of %s"
                                        .formatted(
                                                text,
                                                Arrays.stream(values())
                                                        .map(ColourFix::method)
                                                        .collect(Collectors.joining(", ")))));
    }

    /** Name in {@code seedvr2_pixels.py} and on the wire. */
    public String method() {
        return method;
    }

    /** Whether a frame's result depends on that frame only; else the whole clip is needed. */
    public boolean perFrame() {
        return perFrame;
    }
}
