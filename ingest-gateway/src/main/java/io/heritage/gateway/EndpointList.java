package io.heritage.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.heritage.gateway.call.ApiKey;
import io.heritage.gateway.call.Operation;
import io.heritage.gateway.error.FailureReply;
import io.heritage.gateway.error.HttpFailure;
import io.heritage.schemas.EndpointConfig;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code /console/endpoints.json}: the caller, the operations of its key, and the schema of each
 * kind's {@code input}, from which the console makes its forms.
 */
final class EndpointList {
    static final String PATH = "/console/endpoints.json";

    private final List<EndpointConfig> endpoints;
    private final ApiDescription description;

    EndpointList(Collection<EndpointConfig> endpoints, ApiDescription description) {
        this.description = description;
        this.endpoints =
                endpoints.stream()
                        .sorted(Comparator.comparing(endpoint -> endpoint.id().value()))
                        .toList();
    }

    /**
     * @param byTicket whether the caller has only a cookie for media, which is not enough
     * @return whether the request was for this page and has been answered
     * @throws HttpFailure 401
     */
    boolean answer(ApiKey key, boolean byTicket, ServerRequest request, ServerResponse response) {
        if (!request.prologue().uriPath().rawPath().equals(PATH)
                || !request.prologue().method().text().equals("GET")) {
            return false;
        }
        if (byTicket) {
            throw HttpFailure.unauthorized();
        }
        response.header(HeaderNames.CONTENT_TYPE, FailureReply.JSON);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.send(of(key).toString().getBytes(StandardCharsets.UTF_8));
        return true;
    }

    private ObjectNode of(ApiKey key) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("caller", key.name());
        var list = body.putArray("endpoints");
        endpoints.stream()
                .filter(endpoint ->
                        key.endpoints().isEmpty()
                                || key.endpoints().contains(endpoint.id().value()))
                .forEach(endpoint ->
                        list.addObject()
                                .put("id", endpoint.id().value())
                                .put("kind", endpoint.kind().wireName())
                                .put("engine", endpoint.engine().wireName()));
        var inputs = body.putObject("inputs");
        endpoints.stream()
                .map(EndpointConfig::kind)
                .distinct()
                .forEach(kind -> inputs.set(kind.wireName(), description.input(kind)));
        var operations = body.putArray("operations");
        Stream.concat(
                        Stream.of(Operation.values()).map(Operation::path),
                        Stream.of(Operation.DRAIN))
                .filter(key::mayUse)
                .forEach(operations::add);
        return body;
    }
}
