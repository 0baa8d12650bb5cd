package io.heritage.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.heritage.gateway.call.RequestHead;
import io.heritage.gateway.connection.GzipReplies;
import io.heritage.gateway.error.FailureReply;
import io.heritage.gateway.error.HttpFailure;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/** {@code /openapi.json}: every operation in OpenAPI 3.1, for anybody, without a key. */
final class ApiDescription {
    static final String PATH = "/openapi.json";

    private final ObjectNode document;
    private final byte[] json;

    /**
     * @param basePath of this gateway's operations
     */
    ApiDescription(String basePath) {
        try (InputStream in = ApiDescription.class.getResourceAsStream("openapi.json")) {
            document = (ObjectNode) Wire.json().readTree(Objects.requireNonNull(in));
            document.putArray("servers")
                    .addObject()
                    .put("url", basePath.isEmpty() ? "/" : basePath);
            json = document.toPrettyString().getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** JSON schema of the {@code input} of an endpoint. */
    JsonNode input(EndpointKind kind) {
        String name =
                switch (kind) {
                    case RESTORE -> "RestoreInput";
                    case INTERPOLATE -> "InterpolateInput";
                };
        return document.at("/components/schemas").required(name);
    }

    /**
     * @return whether the request was for this page and has been answered
     * @throws HttpFailure 405
     */
    boolean answer(ServerRequest request, ServerResponse response) {
        if (!request.prologue().uriPath().rawPath().equals(PATH)) {
            return false;
        }
        String method = request.prologue().method().text();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            throw new HttpFailure(
                    405,
                    "openapi.json takes GET, HEAD, not " + method,
                    Map.of("Allow", "GET, HEAD"));
        }
        response.header(HeaderNames.CONTENT_TYPE, FailureReply.JSON);
        if (RequestHead.isHead(request)) {
            response.headers().contentLength(json.length);
            response.send();
        } else {
            response.send(GzipReplies.encoded(request, response, json));
        }
        return true;
    }
}
