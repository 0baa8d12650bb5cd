package io.heritage.standalone.download;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a server says about a file before it is fetched.
 *
 * @param bytes empty if the server does not tell
 * @param sha256 of a file in large file storage: its ETag is its hash
 * @param etag with its quotes, as it goes into If-Range
 */
record RemoteFile(OptionalLong bytes, Optional<String> sha256, Optional<String> etag) {

    /** Tells one version of the file from another; empty: nothing does. */
    String version() {
        return sha256.or(() -> etag).orElse("");
    }
}
