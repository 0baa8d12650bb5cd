package io.heritage.gateway.media;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Limits of media that the gateway fetches by URL for clients.
 *
 * @param enabled whether URLs are fetched at all
 * @param maxBytes of one file
 * @param timeLimit for one file, redirects included
 * @param atOnce files that are being fetched; one of several keys gets three quarters at most
 * @param types media types that are taken, such as {@code image/png} or {@code image/*}; one that
 *     the server does not tell counts as {@code application/octet-stream}
 * @param privateHosts names, as URLs write them, that may be fetched from at addresses that are not
 *     public
 */
public record MediaUrls(
        boolean enabled,
        long maxBytes,
        Duration timeLimit,
        int atOnce,
        Set<String> types,
        Set<String> privateHosts) {
    public MediaUrls {
        types = Collections.unmodifiableSet(new LinkedHashSet<>(types)); // in the order written
        privateHosts = Set.copyOf(privateHosts);
        List<String> problems = new ArrayList<>();
        if (maxBytes < 1) {
            problems.add("max-bytes: expected at least 1, found " + maxBytes);
        }
        if (!timeLimit.isPositive()) {
            problems.add("time-limit: expected more than 0, found " + timeLimit);
        }
        if (atOnce < 1) {
            problems.add("at-once: expected at least 1, found " + atOnce);
        }
        for (String type : types) {
            if (!type.matches("[a-z0-9.+-]+/([a-z0-9.+-]+|\\*)")) {
                problems.add("types: expected such as image/png or image/*, found '" + type + "'");
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    public static MediaUrls defaults() {
        return new MediaUrls(
                true,
                4L << 30,
                Duration.ofMinutes(1),
                16,
                new LinkedHashSet<>(
                        List.of(
                                "image/*",
                                "video/*",
                                "application/octet-stream",
                                "binary/octet-stream")),
                Set.of());
    }

    boolean takes(String type) {
        return types.contains(type) || types.contains(type.replaceFirst("/.*", "/*"));
    }
}
