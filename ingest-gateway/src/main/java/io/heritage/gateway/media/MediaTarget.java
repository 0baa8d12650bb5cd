package io.heritage.gateway.media;

import java.io.IOException;
import java.io.OutputStream;

/** Receives the media strings of a body. */
public interface MediaTarget {
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

    /** Drops the latest one, which is not base64. */
    void drop();
}
