package io.heritage.gateway.call;

import io.heritage.gateway.error.HttpFailure;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds a caller's key. All keys are compared, in constant time, even after a match. They may be
 * replaced at any time. Any thread.
 */
public final class KeyRing {
    /** Owner of all jobs if no keys are configured. */
    static final String LOCAL_OWNER = "local";

    private static final String BEARER = "Bearer";
    private static final ApiKey LOCAL =
            new ApiKey(LOCAL_OWNER, "0".repeat(64), null, Set.of(), Set.of("*"), null);

    private volatile List<Hashed> keys;

    @SuppressWarnings("ArrayRecordComponent") // made here, not given out
    private record Hashed(ApiKey key, byte[] hash) {}

    public KeyRing(List<ApiKey> keys) {
        this.keys = hashed(keys);
    }

    private static List<Hashed> hashed(List<ApiKey> keys) {
        return keys.stream()
                .map(key -> new Hashed(key, HexFormat.of().parseHex(key.sha256())))
                .toList();
    }

    /** Replaces the keys. */
    public void replace(List<ApiKey> others) {
        keys = hashed(others);
    }

    public boolean isEmpty() {
        return keys.isEmpty();
    }

    public Optional<ApiKey> named(String name) {
        return keys.stream().map(Hashed::key).filter(key -> key.name().equals(name)).findFirst();
    }

    /** Whether there are several owners, so that each has a share only. */
    public boolean hasSeveralOwners() {
        return keys.stream().map(key -> key.key().ownerName()).distinct().limit(2).count() > 1;
    }

    /** Weight in a shared lane; 1 for an unknown owner. */
    public int weightOf(String owner) {
        return keys.stream()
                .map(Hashed::key)
                .filter(key -> key.ownerName().equals(owner))
                .mapToInt(ApiKey::weightOrOne)
                .max()
                .orElse(1);
    }

    /**
     * The key in an {@code Authorization} header, {@code Bearer KEY} or {@code KEY}.
     *
     * @throws HttpFailure 401
     */
    public ApiKey keyOf(@Nullable String authorization) {
        List<Hashed> now = keys;
        if (now.isEmpty()) {
            return LOCAL;
        }
        byte[] found = ApiKey.hash(authorization == null ? "" : withoutScheme(authorization));
        ApiKey match = null;
        for (Hashed key : now) {
            if (MessageDigest.isEqual(key.hash(), found)) {
                match = key.key();
            }
        }
        if (match == null) {
            throw HttpFailure.unauthorized();
        }
        return match;
    }

    private static String withoutScheme(String authorization) {
        String value = authorization.strip();
        boolean bearer =
                value.regionMatches(true, 0, BEARER, 0, BEARER.length())
                        && value.length() > BEARER.length()
                        && Character.isWhitespace(value.charAt(BEARER.length()));
        return bearer ? value.substring(BEARER.length()).strip() : value;
    }
}
