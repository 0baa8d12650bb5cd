package io.heritage.media;

import java.util.Optional;

/**
 * An upright picture with its transparency.
 *
 * @param colours not blended with anything where the picture is transparent
 * @param alpha of the same size; empty if the picture is opaque
 */
public record DecodedImage(RgbFrame colours, Optional<AlphaPlane> alpha) implements AutoCloseable {
    @Override
    public void close() {
        colours.close();
    }
}
