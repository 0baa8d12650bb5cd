package io.heritage.sink.reply;

import io.heritage.schemas.MediaRef;
import java.io.IOException;
import java.io.InputStream;

/** Reads the bytes of media, uploads and results alike. */
@FunctionalInterface
public interface MediaSource {

    /**
     * @throws io.heritage.transport.media.MediaLost here or while reading, if chunks are gone
     */
    InputStream open(MediaRef ref) throws IOException;

    /**
     * The same from an offset on; length and hash are not checked then.
     *
     * @param from 0 to the length
     */
    default InputStream open(MediaRef ref, long from) throws IOException {
        InputStream in = open(ref);
        in.skipNBytes(from);
        return in;
    }
}
