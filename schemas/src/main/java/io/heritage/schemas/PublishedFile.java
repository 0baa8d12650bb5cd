package io.heritage.schemas;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A file of a model repository and the name it has in a model folder.
 *
 * @param repository {@code ORG/REPO}
 * @param path in it
 * @param name under which Heritage looks for it
 * @param bytes approximate size, for messages; a download asks the server
 * @param sha256 as published, lower-case hexadecimal; empty: the server's hash is checked
 */
public record PublishedFile(
        String repository, String path, String name, long bytes, Optional<String> sha256) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public PublishedFile {
        sha256.ifPresent(hash -> {
            if (!SHA256.matcher(hash).matches()) {
                throw new IllegalArgumentException(
                        "%s: expected 64 hexadecimal digits, found %s".formatted(name, hash));
            }
        });
    }

    /** Its name is the last word of the path, and no checksum of it is published. */
    public static PublishedFile of(String repository, String path, double gigabytes) {
        return new PublishedFile(
                repository,
                path,
                path.substring(path.lastIndexOf('/') + 1),
                Math.round(gigabytes * 1e9),
                Optional.empty());
    }

    public PublishedFile named(String other) {
        return new PublishedFile(repository, path, other, bytes, sha256);
    }

    public PublishedFile withSha256(String hash) {
        return new PublishedFile(repository, path, name, bytes, Optional.of(hash));
    }
}
