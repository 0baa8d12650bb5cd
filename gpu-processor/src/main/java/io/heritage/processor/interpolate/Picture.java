package io.heritage.processor.interpolate;

import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.RgbFrame;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An image that is not decoded yet.
 *
 * @param name for messages: a field of the request, or a file
 */
record Picture(String name, Source source) {

    /** An image in a file, read when it is decoded. */
    static Picture of(Path file, ImageLimits limits) {
        return new Picture(
                file.toString(),
                () -> {
                    try (InputStream bytes = Files.newInputStream(file)) {
                        return new ImageDecoder(limits).decodeOnBlack(bytes);
                    }
                });
    }

    /** Source of the encoded image; opened for each decoding. */
    @FunctionalInterface
    interface Source {
        /**
         * @return upright, to be closed by the caller
         * @throws io.heritage.media.MediaRejected if it is no image, damaged or beyond the limits
         */
        RgbFrame decode() throws IOException;
    }
}
