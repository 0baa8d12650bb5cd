package io.heritage.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A caller and the hash of its key. The key itself is not kept.
 *
 * @param name owner of the jobs submitted with it
 * @param sha256 of the key's UTF-8 bytes, 64 lower-case hex digits
 */
public record ApiKey(String name, String sha256) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public ApiKey {
        sha256 = sha256.toLowerCase(Locale.ROOT);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "keys: a name consists of 1 to 64 of A-Z a-z 0-9 . _ -, found '" + name + "'");
        }
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException(
                    "keys: sha256 of '"
                            + name
                            + "' is not 64 hex digits; make a key with 'heritage keys new NAME'");
        }
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
