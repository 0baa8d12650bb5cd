package io.heritage.processor;

import io.heritage.media.RgbFrame;
import java.io.IOException;

/**
 * A picture to work with, not yet decoded.
 *
 * @param name as its sender knows it: a field of the request, a file
 */
record Picture(String name, Source source) {

    /** Where its pixels come from. */
    @FunctionalInterface
    interface Source {
        /**
         * @return upright, to be closed by the caller
         * @throws io.heritage.media.MediaRejected if it is no picture, damaged or beyond the limits
         */
        RgbFrame decode() throws IOException;
    }
}
