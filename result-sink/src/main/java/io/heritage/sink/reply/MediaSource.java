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
}
