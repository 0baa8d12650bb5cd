package io.heritage.gateway;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the owner of a key. All keys are compared, in constant time, even after a match. */
final class KeyRing {
    /** Owner of all jobs where no keys are configured. */
    static final String LOCAL_OWNER = "local";

    private static final String BEARER = "Bearer";

    private final List<String> names;
    private final List<byte[]> hashes;

    KeyRing(List<ApiKey> keys) {
        names = keys.stream().map(ApiKey::name).toList();
        hashes = keys.stream().map(key -> HexFormat.of().parseHex(key.sha256())).toList();
    }

    boolean isEmpty() {
        return names.isEmpty();
    }

    /**
     * The owner behind an {@code Authorization} header, {@code Bearer KEY} or {@code KEY}.
     *
     * @throws HttpFailure 401
     */
    String ownerOf(@Nullable String authorization) {
        if (isEmpty()) {
            return LOCAL_OWNER;
        }
        byte[] found = ApiKey.hash(authorization == null ? "" : withoutScheme(authorization));
        String owner = null;
        for (int i = 0; i < names.size(); i++) {
            if (MessageDigest.isEqual(hashes.get(i), found)) {
                owner = names.get(i);
            }
        }
        if (owner == null) {
            throw HttpFailure.unauthorized();
        }
        return owner;
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
