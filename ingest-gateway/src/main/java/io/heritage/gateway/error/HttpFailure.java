package io.heritage.gateway.error;

import java.util.Map;

/** Ends a request with this status; the message goes to the client unchanged. */
public final class HttpFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, String> headers;

    public HttpFailure(int status, String message, Map<String, String> headers) {
        super(message);
        this.status = status;
        this.headers = Map.copyOf(headers);
    }

    public static HttpFailure badRequest(String message) {
        return new HttpFailure(400, message, Map.of());
    }

    public static HttpFailure unauthorized() {
        return new HttpFailure(401, "unauthorized", Map.of("WWW-Authenticate", "Bearer"));
    }

    public static HttpFailure forbidden(String message) {
        return new HttpFailure(403, message, Map.of());
    }

    public static HttpFailure notFound(String message) {
        return new HttpFailure(404, message, Map.of());
    }

    public static HttpFailure tooMany(String message) {
        return new HttpFailure(429, message, Map.of("Retry-After", "5"));
    }

    public static HttpFailure unavailable(String message) {
        return new HttpFailure(503, message, Map.of("Retry-After", "2"));
    }

    int status() {
        return status;
    }

    public Map<String, String> headers() {
        return headers;
    }
}
