package io.heritage.gateway.media;

import io.heritage.gateway.error.HttpFailure;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A SHA-256 that a request announces for its content.
 *
 * @param header that named it
 * @param sha256 lower-case hexadecimal
 */
public record ExpectedHash(String header, String sha256) {
    private static final Pattern DIGEST =
            Pattern.compile("sha-256=:([A-Za-z0-9+/=]{1,64}):", Pattern.CASE_INSENSITIVE);

    /**
     * {@code Content-Digest} or {@code Repr-Digest}: {@code sha-256=:BASE64:}, RFC 9530.
     *
     * @throws HttpFailure 400 if it names no SHA-256; ignoring it would look like a check
     */
    public static Optional<ExpectedHash> ofDigest(String name, @Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        Matcher found = DIGEST.matcher(header);
        try {
            if (found.find()) {
                byte[] hash = Base64.getDecoder().decode(found.group(1));
                if (hash.length == 32) {
                    return Optional.of(new ExpectedHash(name, HexFormat.of().formatHex(hash)));
                }
            }
        } catch (IllegalArgumentException notBase64) {
            // as if absent
        }
        throw HttpFailure.badRequest(
                name
                        + ": expected sha-256=:BASE64:, as RFC 9530 writes it, found '"
                        + header
                        + "'");
    }

    /**
     * {@code X-Heritage-SHA-256}: 64 hexadecimal digits.
     *
     * @throws HttpFailure 400 if it is something else
     */
    public static Optional<ExpectedHash> ofHex(String name, @Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        String hex = header.strip().toLowerCase(Locale.ROOT);
        if (!hex.matches("[0-9a-f]{64}")) {
            throw HttpFailure.badRequest(
                    name
                            + ": expected the SHA-256 as 64 hexadecimal digits, found '"
                            + header
                            + "'");
        }
        return Optional.of(new ExpectedHash(name, hex));
    }

    /**
     * @throws HttpFailure 400 if it is another one
     */
    void check(String found) {
        if (!sha256.equals(found)) {
            throw HttpFailure.badRequest(
                    "%s: the received bytes have SHA-256 %s, the request says %s; nothing was stored, send them again"
                            .formatted(header, found, sha256));
        }
    }
}
