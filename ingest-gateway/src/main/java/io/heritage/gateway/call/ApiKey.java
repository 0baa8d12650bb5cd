package io.heritage.gateway.call;

import io.heritage.gateway.error.HttpFailure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A caller and the hash of its key. The key itself is not kept.
 *
 * @param name of the key
 * @param sha256 of the key's UTF-8 bytes, 64 lower-case hex digits
 * @param owner of the jobs and media submitted with it; several keys may have one. Null: the name
 * @param endpoints that it may call; empty: all
 * @param operations that it may call, such as {@code status}; {@code *}: all; empty: all but those
 *     that touch jobs of everybody
 * @param requests that it may make in ten seconds, whatever they are; null: as {@link RequestRates}
 *     say
 * @param weight of the owner where owners share the lanes ({@code kafka.fair-shares}); of several
 *     keys of one the largest counts. Null: 1
 */
public record ApiKey(
        String name,
        String sha256,
        @Nullable String owner,
        Set<String> endpoints,
        Set<String> operations,
        @Nullable Integer requests,
        @Nullable Integer weight) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String ALL = "*";
    private static final int MOST_WEIGHT = 1000;

    /** Each stops other callers' work, so a key must name them. */
    private static final Set<String> OF_OPERATORS =
            Set.of(Operation.DRAIN, Operation.PAUSE.path(), Operation.RESUME.path());

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public ApiKey {
        endpoints = Set.copyOf(endpoints);
        operations = Set.copyOf(operations);
        sha256 = sha256.toLowerCase(Locale.ROOT);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "keys: a name consists of 1 to 64 of A-Z a-z 0-9 . _ -, found '" + name + "'");
        }
        if (owner != null && !NAME.matcher(owner).matches()) {
            throw new IllegalArgumentException(
                    "keys: an owner consists of 1 to 64 of A-Z a-z 0-9 . _ -, found '"
                            + owner
                            + "'");
        }
        for (String operation : operations) {
            if (!names().contains(operation)) {
                throw new IllegalArgumentException(
                        "keys: '%s' has the operation '%s', expected some of %s"
                                .formatted(name, operation, names()));
            }
        }
        if (requests != null && requests < 1) {
            throw new IllegalArgumentException(
                    "keys: '%s' has %d requests in ten seconds, expected 1 or more"
                            .formatted(name, requests));
        }
        if (weight != null && (weight < 1 || weight > MOST_WEIGHT)) {
            throw new IllegalArgumentException(
                    "keys: '%s' has the weight %d, expected 1 to %d"
                            .formatted(name, weight, MOST_WEIGHT));
        }
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException(
                    "keys: sha256 of '"
                            + name
                            + "' is not 64 hex digits; make a key with 'heritage keys new NAME'");
        }
    }

    private static List<String> names() {
        return Stream.concat(
                        Stream.of(Operation.values()).map(Operation::path),
                        Stream.of(Operation.DRAIN, ALL))
                .toList();
    }

    /** With the default weight. */
    public ApiKey(
            String name,
            String sha256,
            @Nullable String owner,
            Set<String> endpoints,
            Set<String> operations,
            @Nullable Integer requests) {
        this(name, sha256, owner, endpoints, operations, requests, null);
    }

    /** A key that may call everything but operators' operations, and owns what it submits. */
    public ApiKey(String name, String sha256) {
        this(name, sha256, null, Set.of(), Set.of(), null);
    }

    /** Owner of the jobs and media that it sees. */
    public String ownerName() {
        return owner == null ? name : owner;
    }

    int weightOrOne() {
        return weight == null ? 1 : weight;
    }

    /**
     * @throws HttpFailure 403 if it is for others
     */
    public void requireAllowed(Call call) {
        String endpoint = call.endpoint().id().value();
        if (!endpoints.isEmpty() && !endpoints.contains(endpoint)) {
            throw HttpFailure.forbidden("this key may not use the endpoint " + endpoint);
        }
        if (!mayUse(call.right())) {
            String hint =
                    OF_OPERATORS.contains(call.right())
                            ? ": name it, or \"*\", in the key's operations"
                            : "";
            throw HttpFailure.forbidden("this key may not use " + call.right() + hint);
        }
    }

    public boolean mayUse(String right) {
        return operations.isEmpty()
                ? !OF_OPERATORS.contains(right)
                : operations.contains(ALL) || operations.contains(right);
    }

    /** From the key as the client sends it. */
    public static ApiKey ofPlain(String name, String key) {
        if (key.isBlank()) {
            throw new IllegalArgumentException("keys: the key of '" + name + "' is blank");
        }
        return new ApiKey(name, HexFormat.of().formatHex(hash(key.strip())));
    }

    static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "ApiKey[" + name + "]";
    }
}
