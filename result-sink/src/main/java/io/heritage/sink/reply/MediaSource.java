package io.heritage.sink.reply;

import io.heritage.schemas.MediaRef;
import java.io.IOException;
import java.io.InputStream;

/** Where the bytes of media come from: uploads and results alike. */
@FunctionalInterface
public interface MediaSource {

    /**
     * @throws io.heritage.transport.media.MediaLost here or while reading, if chunks are gone
     */
    InputStream open(MediaRef ref) throws IOException;

    /**
     * The same from a byte on; then length and hash are not checked.
     *
     * @param from 0 to the length
     */
    default InputStream open(MediaRef ref, long from) throws IOException {
        InputStream in = open(ref);
        in.skipNBytes(from);
        return in;
    }
}
