package io.heritage.gateway;

import java.util.Map;

/** Ends a request with this status; the message goes to the client unchanged. */
final class HttpFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, String> headers;

    HttpFailure(int status, String message, Map<String, String> headers) {
        super(message);
        this.status = status;
        this.headers = Map.copyOf(headers);
    }

    static HttpFailure badRequest(String message) {
        return new HttpFailure(400, message, Map.of());
    }

    static HttpFailure unauthorized() {
        return new HttpFailure(401, "unauthorized", Map.of("WWW-Authenticate", "Bearer"));
    }

    static HttpFailure forbidden(String message) {
        return new HttpFailure(403, message, Map.of());
    }

    static HttpFailure notFound(String message) {
        return new HttpFailure(404, message, Map.of());
    }

    static HttpFailure tooMany(String message) {
        return new HttpFailure(429, message, Map.of("Retry-After", "5"));
    }

    static HttpFailure unavailable(String message) {
        return new HttpFailure(503, message, Map.of("Retry-After", "2"));
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }
}
