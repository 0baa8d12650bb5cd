package io.heritage.standalone.download;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A file of a repository and the name it gets here.
 *
 * @param repository {@code ORG/REPO}
 * @param path in it
 * @param name under which Heritage looks for it
 * @param sha256 as published, lower-case hexadecimal; empty: what the server says is checked
 */
public record PublishedFile(String repository, String path, String name, Optional<String> sha256) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public PublishedFile {
        sha256.ifPresent(hash -> {
            if (!SHA256.matcher(hash).matches()) {
                throw new IllegalArgumentException(name + ": no SHA-256: " + hash);
            }
        });
    }

    static PublishedFile of(String repository, String path) {
        return new PublishedFile(
                repository, path, path.substring(path.lastIndexOf('/') + 1), Optional.empty());
    }

    PublishedFile named(String other) {
        return new PublishedFile(repository, path, other, sha256);
    }

    PublishedFile withSha256(String hash) {
        return new PublishedFile(repository, path, name, Optional.of(hash));
    }
}
