package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.heritage.gateway.RawClient.Reply;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Compares replies with the description that the gateway serves. */
final class ApiContract {
    private static final String BASE = "/v2/";
    private static final JsonNode DOCUMENT = document();
    private static final JsonSchemaFactory SCHEMAS =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final Map<String, JsonSchema> BY_NAME = new ConcurrentHashMap<>();

    private ApiContract() {}

    static JsonNode document() {
        try (InputStream in = ApiDescription.class.getResourceAsStream("openapi.json")) {
            return Wire.json().readTree(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The operation of a request; empty if there is none. */
    static Optional<JsonNode> operation(String method, String target) {
        String path = target.split("[?]", 2)[0].replaceAll("/+", "/");
        if (!path.startsWith(BASE)) {
            return Optional.empty();
        }
        String[] asked = path.substring(BASE.length()).split("/");
        for (Map.Entry<String, JsonNode> known : DOCUMENT.path("paths").properties()) {
            if (matches(known.getKey().substring(1).split("/"), asked)) {
                return Optional.of(known.getValue().path(method.toLowerCase(Locale.ROOT)))
                        .filter(JsonNode::isObject);
            }
        }
        return Optional.empty();
    }

    private static boolean matches(String[] template, String[] asked) {
        boolean same = template.length == asked.length;
        for (int i = 0; same && i < template.length; i++) {
            same = template[i].startsWith("{") || template[i].equals(asked[i]);
        }
        return same;
    }

    static void check(String method, String target, Reply reply) throws IOException {
        Optional<JsonNode> operation = operation(method, target);
        if (reply.status() == 100
                || method.equals("HEAD")
                || method.equals("OPTIONS")
                || !target.startsWith(BASE)) {
            return;
        }
        if (operation.isEmpty()) {
            assertThat(reply.status())
                    .as("%s %s is not described", method, target)
                    .isNotEqualTo(200);
            conforms("Error", reply);
            return;
        }
        JsonNode responses = operation.get().path("responses");
        JsonNode found = responses.path(Integer.toString(reply.status()));
        assertThat(found.isObject())
                .as("%s %s may answer %s: %s", method, target, reply.status(), responses)
                .isTrue();
        if (found.has("$ref")) {
            String name = found.path("$ref").textValue();
            found = DOCUMENT.at(name.substring(1));
        }
        if (!found.path("content").has("application/json")) {
            return;
        }
        String schema =
                found.path("content")
                        .path("application/json")
                        .path("schema")
                        .path("$ref")
                        .textValue();
        conforms(schema.substring(schema.lastIndexOf('/') + 1), reply);
    }

    private static void conforms(String name, Reply reply) throws IOException {
        assertThat(reply.header("Content-Type")).startsWith("application/json");
        conforms(name, reply.json());
    }

    static void conforms(String name, JsonNode body) {
        assertThat(BY_NAME.computeIfAbsent(name, ApiContract::schema).validate(body))
                .as("%s: %s", name, body)
                .isEmpty();
    }

    /** The fields that the schema of this name describes. */
    static Set<String> fields(String name) {
        return DOCUMENT.at("/components/schemas/" + name + "/properties").properties().stream()
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static JsonSchema schema(String name) {
        ObjectNode root = Wire.json().createObjectNode();
        root.put("$ref", "#/components/schemas/" + name);
        root.set("components", DOCUMENT.path("components"));
        return SCHEMAS.getSchema(root);
    }
}
