package io.heritage.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Shows a sink that a request comes from a gateway or from another sink. A web page in a browser on
 * the same machine can reach the sink's port, but it cannot know the secret, and its requests carry
 * an {@code Origin} or a {@code Host} of its own.
 */
public final class InternalSecret {
    /** Header that carries the secret. */
    public static final HeaderName HEADER = HeaderNames.create("X-Heritage-Internal");

    private static final int BYTES = 32;
    private static final String REFUSED =
            "{\"error\":\"%1$s\",\"detail\":\"%1$s\"}"
                    .formatted("this port is for gateways and other sinks only");

    private final String value;

    /**
     * @param value empty: requests with a loopback {@code Host} and no {@code Origin} are served
     */
    public InternalSecret(String value) {
        this.value = value;
    }

    /** A new secret of 256 random bits. */
    public static InternalSecret random(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new InternalSecret(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** The secret's text, for a configuration. */
    public String value() {
        return value;
    }

    /** Adds the secret to a request for a sink. */
    public HttpRequest.Builder addTo(HttpRequest.Builder request) {
        return value.isEmpty() ? request : request.header(HEADER.defaultCase(), value);
    }

    /** Answers 403 to every request without the secret. */
    public Filter filter() {
        return this::check;
    }

    private void check(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (allowed(request)) {
            chain.proceed();
        } else {
            response.status(403);
            response.header(HeaderNames.CONTENT_TYPE, "application/json; charset=utf-8");
            response.send(REFUSED.getBytes(StandardCharsets.UTF_8));
        }
    }

    private boolean allowed(RoutingRequest request) {
        if (request.headers().contains(HeaderNames.ORIGIN)) {
            return false;
        }
        if (!value.isEmpty()) {
            String shown = request.headers().first(HEADER).orElse("");
            return MessageDigest.isEqual(
                    shown.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
        }
        return request.headers()
                .first(HeaderNames.HOST)
                .flatMap(HostNames::ofHostHeader)
                .filter(HostNames::isLoopback)
                .isPresent();
    }

    @Override
    public String toString() {
        return "InternalSecret[a value that is not shown]";
    }
}
