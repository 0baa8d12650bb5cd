package io.heritage.transport.media;

/**
 * The parts of one upload, written one after the other by one thread. Closing frees the upload's
 * partition and buffers; chunks that nothing refers to are removed by retention.
 */
public interface MediaUpload extends AutoCloseable {

    /**
     * Begins the next part; the part before it must be closed.
     *
     * @param name unique under the upload's key
     */
    MediaPart part(String name, String mediaType);

    @Override
    void close();
}
