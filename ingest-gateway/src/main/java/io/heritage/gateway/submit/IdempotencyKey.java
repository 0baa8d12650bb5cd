package io.heritage.gateway.submit;

import io.heritage.gateway.error.HttpFailure;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client's name for a request, so that a repetition makes no second job. The header {@code
 * Idempotency-Key}, quoted as in the IETF draft, or bare as most clients send it.
 */
public record IdempotencyKey(String value) {
    public static final String HEADER = "Idempotency-Key";

    private static final Pattern ALLOWED = Pattern.compile("[\\x21-\\x7e]{1,255}");

    /** The same key names different requests for a batch and for a job. */
    public IdempotencyKey ofBatch() {
        return new IdempotencyKey("batch\0" + value);
    }

    /**
     * @throws HttpFailure 400 if it cannot be one
     */
    public static Optional<IdempotencyKey> parse(@Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        String text = header.strip();
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        String bare = quoted ? text.substring(1, text.length() - 1) : text;
        if (!ALLOWED.matcher(bare).matches()) {
            throw HttpFailure.badRequest(
                    HEADER + ": expected 1 to 255 printable ASCII characters without blanks");
        }
        return Optional.of(new IdempotencyKey(bare));
    }
}
