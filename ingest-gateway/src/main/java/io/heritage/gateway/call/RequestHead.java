package io.heritage.gateway.call;

import io.helidon.http.HeaderName;
import io.helidon.webserver.http.ServerRequest;
import org.jspecify.annotations.Nullable;

/** Method and header fields of a request. */
public final class RequestHead {
    private RequestHead() {}

    public static String method(ServerRequest request) {
        return request.prologue().method().text();
    }

    /** Whether the answer has no body. */
    public static boolean isHead(ServerRequest request) {
        return method(request).equals("HEAD");
    }

    /** The first value of a field; null if it is absent. */
    public static @Nullable String field(ServerRequest request, HeaderName name) {
        return request.headers().contains(name) ? request.headers().get(name).get() : null;
    }

    /** The first value of a field; empty if it is absent. */
    public static String fieldOrEmpty(ServerRequest request, HeaderName name) {
        String value = field(request, name);
        return value == null ? "" : value;
    }
}
