package io.heritage.gateway;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Set;

/** CORS headers for the configured web pages; without any, none are sent. */
final class CorsFilter {
    private final Set<String> origins;

    CorsFilter(Set<String> origins) {
        this.origins = origins;
    }

    /**
     * Marks a reply as readable by the page that asks for it.
     *
     * @return whether the request was a preflight, which ends here
     */
    boolean answer(ServerRequest request, ServerResponse response) {
        String origin = request.headers().first(HeaderNames.ORIGIN).orElse("");
        if (!origins.contains(origin) && !(origins.contains("*") && !origin.isEmpty())) {
            return false;
        }
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.header(HeaderNames.VARY, "Origin");
        response.header(
                HeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS,
                SubmitOperations.JOB_ID.defaultCase()
                        + ", Retry-After, X-Heritage-Warning, ETag, Accept-Ranges, Content-Range,"
                        + " Content-Disposition, X-Heritage-Frame, X-Heritage-Frames,"
                        + " X-Heritage-Size");
        boolean preflight =
                request.prologue().method().text().equals("OPTIONS")
                        && request.headers().contains(HeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
        if (preflight) {
            response.header(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, PUT");
            response.header(
                    HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS,
                    "Authorization, Content-Type, X-Request-ID, Idempotency-Key, Content-Range,"
                            + " Content-Digest, Repr-Digest, X-Heritage-SHA-256, Last-Event-ID, Range,"
                            + " If-Range, If-None-Match, X-Heritage-Early-Id");
            response.header(HeaderNames.ACCESS_CONTROL_MAX_AGE, "600");
            response.send();
        }
        return preflight;
    }
}
