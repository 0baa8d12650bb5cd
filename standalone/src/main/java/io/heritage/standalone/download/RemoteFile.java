package io.heritage.standalone.download;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Facts of a file from the server, before the download.
 *
 * @param bytes empty if the server does not tell
 * @param sha256 of a file in large file storage: its ETag is its hash
 * @param etag with its quotes, as it goes into If-Range
 */
record RemoteFile(OptionalLong bytes, Optional<String> sha256, Optional<String> etag) {

    /** Identifies the version of the file; empty if nothing does. */
    String version() {
        return sha256.or(() -> etag).orElse("");
    }
}
