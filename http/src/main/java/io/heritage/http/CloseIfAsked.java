package io.heritage.http;

import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;

/**
 * Closes a connection after the answer where the client asks for it ({@code Connection: close}).
 * The server by itself announces the close, but then waits for another request. This is the first
 * filter, so that it also covers refusals of later filters.
 */
public final class CloseIfAsked implements Filter {
    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        chain.proceed();
        if (request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
            if (!request.content().consumed()) {
                request.content().consume(); // or its sender may not receive the answer
            }
            throw new CloseConnectionException("the client asked to close the connection");
        }
    }
}
