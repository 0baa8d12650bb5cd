package io.heritage.transport.media;

import io.heritage.schemas.MediaRef;
import io.heritage.transport.kafka.TransportUnavailable;
import java.io.IOException;
import java.io.InputStream;

/** Bytes of any length in a topic, as chunks. Safe for use by any number of threads. */
public interface MediaStore {

    /**
     * Begins an upload; its chunks go to one partition that no other upload of this process uses,
     * as far as there are enough. Blocks while the limit of concurrent uploads is reached.
     *
     * @param key record key of all its chunks, a job id
     * @throws TransportUnavailable if no upload slot becomes free within the upload time-out
     */
    MediaUpload begin(String key);

    /**
     * Streams a piece of media. Reading it to its end checks chunk count, length and hash.
     *
     * @return to be closed by the caller; reads throw {@link MediaLost} if chunks are gone or
     *     differ
     */
    InputStream open(MediaRef ref) throws IOException;
}
