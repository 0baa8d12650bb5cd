package io.heritage.transport.media;

import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.MediaRef;
import io.heritage.transport.kafka.TransportUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

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
     * As {@link #begin(String)}, in a partition with room for it.
     *
     * @param bytes of all parts, at most; 0 if that is not known
     * @throws MediaQuotaReached if no partition has; also thrown by the parts, should the room be
     *     gone before they are written
     * @throws DiskFull as from {@link #requireRoom}, likewise
     */
    default MediaUpload begin(String key, long bytes) {
        return begin(key);
    }

    /**
     * Whether a job with so many bytes of media may come in now.
     *
     * @throws MediaQuotaReached if they would evict media that other jobs need
     * @throws DiskFull if a disk has no room
     */
    default void requireRoom(long bytes) {}

    /**
     * @throws DiskFull if a disk has no room for anything
     */
    default void requireDisk() {}

    /** Minimum time that media are kept, whatever their size. */
    default Duration kept() {
        return ExecutionPolicy.MAX;
    }

    /**
     * Whether media that no job holds yet are still safe from being deleted by size, for the
     * moment.
     */
    default boolean keeps(MediaRef ref) {
        return true;
    }

    /**
     * Streams a piece of media. Reading it to its end checks chunk count, length and hash.
     *
     * @return to be closed by the caller; reads throw {@link MediaLost} if chunks are gone or
     *     differ
     */
    InputStream open(MediaRef ref) throws IOException;

    /**
     * The same from an offset on; bytes before it are not read. Length and hash cannot be checked
     * then, but missing chunks are detected.
     *
     * @param from 0 to the length
     */
    default InputStream open(MediaRef ref, long from) throws IOException {
        InputStream in = open(ref);
        in.skipNBytes(from);
        return in;
    }
}
