package io.heritage.gateway.error;

import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Wire;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.media.DiskFull;
import io.heritage.transport.media.MediaQuotaReached;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The error reply for an exception: one envelope for all errors, with the text under both keys that
 * clients look at (docs/spec/runpod.md, section 1.10).
 */
public record FailureReply(int status, String message, Map<String, String> headers) {
    /** Content type of every answer in JSON. */
    public static final String JSON = "application/json; charset=utf-8";

    public static FailureReply of(Exception e) {
        return switch (e) {
            case HttpFailure f -> new FailureReply(f.status(), text(f), f.headers());
            case InvalidInput i -> new FailureReply(400, text(i), Map.of());
            case BodyBroken b -> new FailureReply(400, text(b), Map.of());
            case MediaQuotaReached q -> new FailureReply(429, text(q), Map.of("Retry-After", "30"));
            case DiskFull d -> new FailureReply(503, text(d), Map.of("Retry-After", "60"));
            case TransportUnavailable t ->
                    new FailureReply(
                            503,
                            "Kafka does not answer in time, try again",
                            Map.of("Retry-After", "5"));
            default -> new FailureReply(500, "internal error; see the gateway's log", Map.of());
        };
    }

    public byte[] body() {
        return envelope(message);
    }

    /** {@code {"error":…,"detail":…}} */
    public static byte[] envelope(String message) {
        return Wire.json()
                .createObjectNode()
                .put("error", message)
                .put("detail", message)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Exception e) {
        return String.valueOf(e.getMessage());
    }
}
