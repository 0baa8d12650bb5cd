package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.gateway.call.Operation;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.InterpolateInput;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Payload;
import io.heritage.schemas.RestoreInput;
import io.heritage.transport.memory.MemoryTransport;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ApiDescriptionTest {

    /** Whoever adds an operation describes it in openapi.json. */
    @ParameterizedTest
    @EnumSource
    void everyOperationIsDescribedWithItsMethodsAndNoOther(Operation operation) {
        for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")) {
            boolean described =
                    Stream.of("", "/x", "/x/drain")
                            .anyMatch(tail ->
                                    ApiContract.operation(
                                                    method, "/v2/e/" + operation.path() + tail)
                                            .isPresent());
            assertThat(described)
                    .as("%s %s in openapi.json", method, operation.path())
                    .isEqualTo(operation.takes(method));
        }
    }

    @Test
    void noReferenceInItIsBroken() {
        for (JsonNode reference : ApiContract.document().findValues("$ref")) {
            assertThat(ApiContract.document().at(reference.textValue().substring(1)).isObject())
                    .as(reference.textValue())
                    .isTrue();
        }
    }

    /** The console's forms have the fields that this schema has. */
    @ParameterizedTest
    @EnumSource
    void theSchemaOfAnInputNamesEveryFieldAndNoOther(EndpointKind kind) {
        JsonNode schema = new ApiDescription("/v2").input(kind);
        var named = new TreeSet<String>();
        schema.path("properties").fieldNames().forEachRemaining(named::add);
        schema.path("x-aliases").forEach(name -> named.add(name.textValue()));
        schema.path("x-programs").forEach(name -> named.add(name.textValue()));

        assertThat(named).isEqualTo(new TreeSet<>(kind.fields()));
    }

    @ParameterizedTest
    @EnumSource
    void whatTheSchemaOfAnInputAllowsIsTakenAndWhatItDoesNotIsRefused(EndpointKind kind)
            throws Exception {
        JsonNode schema = new ApiDescription("/v2").input(kind);
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            for (JsonNode value : allowed(field.getValue())) {
                kind.check(with(schema, field.getKey(), value));
            }
            for (JsonNode value : refused(field.getValue())) {
                assertThatThrownBy(() -> kind.check(with(schema, field.getKey(), value)))
                        .as("%s: %s", field.getKey(), value)
                        .isInstanceOf(InvalidInput.class);
            }
        }
    }

    @Test
    void theDefaultsOfTheSchemasAreThoseOfTheServer() throws Exception {
        JsonNode restore = new ApiDescription("/v2").input(EndpointKind.RESTORE);
        assertThat(RestoreInput.parse(withDefaults(restore)))
                .isEqualTo(RestoreInput.parse(media(restore)));
        JsonNode interpolate = new ApiDescription("/v2").input(EndpointKind.INTERPOLATE);
        assertThat(InterpolateInput.parse(withDefaults(interpolate)))
                .isEqualTo(InterpolateInput.parse(media(interpolate)));
    }

    private static List<JsonNode> allowed(JsonNode field) {
        List<JsonNode> values = new ArrayList<>(field.findValues("const"));
        Stream.of("minimum", "maximum", "default")
                .filter(field::has)
                .forEach(bound -> values.add(field.get(bound)));
        return values;
    }

    private static List<JsonNode> refused(JsonNode field) {
        var json = JsonNodeFactory.instance;
        List<JsonNode> values = new ArrayList<>();
        if (field.has("oneOf")) {
            values.add(json.textNode("no-such"));
        }
        if (field.has("minimum")) {
            values.add(json.numberNode(field.get("minimum").asInt() - 1));
            values.add(json.textNode("x"));
        }
        if (field.has("maximum")) {
            values.add(json.numberNode(field.get("maximum").asInt() + 1));
        }
        if (field.has("maxLength")) {
            values.add(json.textNode("x".repeat(field.get("maxLength").asInt() + 1)));
        }
        return values;
    }

    /** What a job needs besides. */
    private static ObjectNode media(JsonNode schema) {
        var input = JsonNodeFactory.instance.objectNode();
        schema.path("properties").properties().stream()
                .filter(field -> field.getValue().has("x-media"))
                .forEach(field -> input.set(field.getKey(), Payload.placeholder(0)));
        return input;
    }

    private static ObjectNode with(JsonNode schema, String name, JsonNode value) {
        ObjectNode input = media(schema);
        input.set(name, value);
        return input;
    }

    private static ObjectNode withDefaults(JsonNode schema) {
        ObjectNode input = media(schema);
        schema.path("properties").properties().stream()
                .filter(field -> field.getValue().has("default"))
                .forEach(field -> input.set(field.getKey(), field.getValue().get("default")));
        return input;
    }

    @Test
    void itIsServedToAnybody() throws IOException {
        var transport = new MemoryTransport(Clock.systemUTC());
        try (var sink = new FakeSink();
                var gateway =
                        Gateway.start(
                                GatewayFixture.config(sink, true),
                                List.of(
                                        EndpointConfig.defaults(
                                                new EndpointId("restore"), EndpointKind.RESTORE)),
                                transport.media(),
                                transport.jobs(),
                                transport.events(),
                                Clock.systemUTC());
                var client = new RawClient(gateway.port())) {
            JsonNode served = client.send("GET", "/openapi.json", "").json();
            assertThat(served.path("openapi").textValue()).isEqualTo("3.1.0");
            assertThat(served.at("/servers/0/url").textValue()).isEqualTo("/v2");
            assertThat(served.path("paths")).isEqualTo(ApiContract.document().path("paths"));
            assertThat(client.send("POST", "/openapi.json", "").status()).isEqualTo(405);
        }
    }
}
