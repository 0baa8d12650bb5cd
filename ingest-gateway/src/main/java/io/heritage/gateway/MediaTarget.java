package io.heritage.gateway;

import java.io.IOException;
import java.io.OutputStream;

/** Where the media strings of a body go. */
interface MediaTarget {
    /**
     * @param name the key, with {@code .INDEX} for an element of an array; unique
     */
    OutputStream begin(String name, String mediaType) throws IOException;

    /**
     * A string that names media.
     *
     * @param text a URL or a {@link MediaReference}
     */
    void named(String name, String text);

    /** The one begun last is no base64: what was written of it is not media. */
    void drop();
}
