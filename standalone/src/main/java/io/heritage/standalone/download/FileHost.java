package io.heritage.standalone.download;

import io.heritage.schemas.PublishedFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/** A server that publishes files. Blocking calls that an interrupt ends. */
public sealed interface FileHost extends AutoCloseable permits ModelHub, PackageIndex {

    /** A stream of a file's bytes, and its offset in the file. */
    record Content(InputStream bytes, long start, OptionalLong total) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }

    /** Name of the server, for messages. */
    String host();

    /**
     * @throws HubRefused if the server has no such file for this caller
     */
    RemoteFile facts(PublishedFile file) throws IOException, InterruptedException;

    /**
     * @param from number of bytes that exist already
     * @param validator the rest is requested if the file still has this ETag, else the whole file;
     *     empty: the rest in any case
     * @throws HubRefused if the server has no such file for this caller
     * @throws BeyondTheEnd if the file is shorter
     */
    Content open(PublishedFile file, long from, Optional<String> validator)
            throws IOException, InterruptedException;

    /** Does not wait for calls in progress. */
    @Override
    void close();

    /** The requested bytes do not exist: the part belongs to another file. */
    final class BeyondTheEnd extends IOException {
        private static final long serialVersionUID = 1L;

        BeyondTheEnd(String message) {
            super(message);
        }
    }
}
