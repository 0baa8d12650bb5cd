package io.heritage.sink;

import io.heritage.schemas.MediaRef;
import java.io.IOException;
import java.io.InputStream;

/** Where the bytes of media come from: uploads and results alike. */
@FunctionalInterface
interface MediaSource {

    /**
     * @throws io.heritage.transport.MediaLost here or while reading, if chunks are gone
     */
    InputStream open(MediaRef ref) throws IOException;
}
