package io.heritage.models.seedvr2.frame;

import io.heritage.models.seedvr2.vae.VaeLayout;
import io.heritage.schemas.FrameSize;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Sizes of a frame from input through the network to output.
 *
 * @param input size of input frames
 * @param resized after scaling
 * @param network multiples of 16: a centre part of the resized frame, or the frame with black rows
 *     and columns below and to the right
 * @param output size of output frames
 */
public record FrameGeometry(
        FrameSize input, FrameSize resized, FrameSize network, FrameSize output) {
    /** Tolerance of a scale: less than 16 pixels of 8K. */
    private static final double PRECISION = 1 / 512.0;

    /**
     * As in the reference (docs/spec/seedvr2.md, section 1.1): scaled to an area, cropped to
     * multiples of 16.
     *
     * @throws IllegalArgumentException if nothing is left
     */
    public static FrameGeometry area(FrameSize input, int resHeight, int resWidth) {
        if (resHeight < 1 || resWidth < 1) {
            throw new IllegalArgumentException(
                    "res_h %d and res_w %d must be at least 1".formatted(resHeight, resWidth));
        }
        FrameSize resized = input.scaledToArea(resWidth, resHeight);
        FrameSize cropped = resized.cropped();
        return new FrameGeometry(input, resized, cropped, cropped);
    }

    /** An exact output size: scaled to it, padded for the network, cropped again. */
    public static FrameGeometry exact(FrameSize input, FrameSize output) {
        return new FrameGeometry(input, output, output.padded(), output);
    }

    /**
     * As in the port (docs/spec/seedvr2.md, section 7): shorter edge, padded instead of cropped.
     */
    public static FrameGeometry shortEdge(FrameSize input, int shortEdge, int longestEdge) {
        FrameSize resized = input.scaledToShortEdge(shortEdge, longestEdge);
        return new FrameGeometry(input, resized, resized.padded(), resized.even());
    }

    /**
     * The largest acceptable frame of this aspect ratio that is smaller, in multiples of 16.
     *
     * @param acceptable whether frames of an area fit; of smaller ones, if larger ones do
     */
    public Optional<FrameSize> largestSmaller(Predicate<FrameGeometry> acceptable) {
        double fits = 0;
        double tooLarge = 1;
        while (tooLarge - fits > PRECISION) {
            double scale = (fits + tooLarge) / 2;
            if (smaller(scale).filter(acceptable).isPresent()) {
                fits = scale;
            } else {
                tooLarge = scale;
            }
        }
        return smaller(fits).map(FrameGeometry::network);
    }

    private Optional<FrameGeometry> smaller(double scale) {
        try {
            return Optional.of(
                    area(input, (int) (resized.height() * scale), (int) (resized.width() * scale)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    boolean pads() {
        return network.height() > resized.height() || network.width() > resized.width();
    }

    /** Height of the latent. */
    public int latentHeight() {
        return network.height() / VaeLayout.SPATIAL_FACTOR;
    }

    public int latentWidth() {
        return network.width() / VaeLayout.SPATIAL_FACTOR;
    }
}
