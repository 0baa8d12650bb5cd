package io.heritage.sink.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.EndpointId;
import io.heritage.transport.log.Controls;

/** Fields of replies that say that an endpoint is paused. */
final class Pauses {
    private Pauses() {}

    static ObjectNode of(Controls controls, EndpointId endpoint) {
        ObjectNode told = JsonNodeFactory.instance.objectNode().put("endpoint", endpoint.value());
        told.put("paused", false);
        mark(controls, endpoint, told);
        controls.pausedSince(endpoint).ifPresent(at -> told.put("pausedAt", at.toString()));
        return told;
    }

    /** Adds the fields if the endpoint is paused. */
    static void mark(Controls controls, EndpointId endpoint, ObjectNode reply) {
        if (controls.pausedSince(endpoint).isPresent()) {
            reply.put("paused", true);
        }
    }
}
