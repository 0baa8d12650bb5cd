package io.heritage.sink.reply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.OutputFacts;
import io.heritage.schemas.Payload;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** An output in which the processor's media references are replaced. */
final class OutputView {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private OutputView() {}

    /** Drops fields whose media are all in earlier fields. */
    static Payload once(Payload output) {
        return output.body() instanceof ObjectNode body
                ? new Payload(once(body, new HashSet<>()), output.media())
                : output;
    }

    private static ObjectNode once(ObjectNode body, Set<Integer> seen) {
        ObjectNode kept = JSON.objectNode();
        for (Map.Entry<String, JsonNode> field : body.properties()) {
            Set<Integer> media = new HashSet<>();
            collect(field.getValue(), media);
            if (media.isEmpty() || seen.addAll(media)) {
                kept.set(field.getKey(), field.getValue());
            }
        }
        return kept;
    }

    private static void collect(JsonNode node, Set<Integer> media) {
        OptionalInt index = Payload.mediaIndex(node);
        if (index.isPresent()) {
            media.add(index.getAsInt());
        } else {
            node.forEach(child -> collect(child, media));
        }
    }

    /**
     * Adds URL and facts to a result of one piece, under the names that clients look for
     * (docs/spec/runpod.md, section 7). Fields of the output and what an upload wrote stay.
     */
    static Payload described(Payload output, OutputLinks links) {
        if (output.media().size() != 1
                || !(output.body() instanceof ObjectNode body)
                || body.has("filename")) {
            return output;
        }
        ObjectNode described = JSON.objectNode();
        described.setAll(body);
        OutputFacts.describe(described, output.media().getFirst(), links.file(0));
        described.setAll(body);
        return new Payload(described, output.media());
    }

    /** With a URL for each piece of media, that of its upload if there was one. */
    static Payload links(Payload output, OutputLinks links) {
        return Payload.ofJson(linked(described(output, links).body(), links));
    }

    private static JsonNode linked(JsonNode node, OutputLinks links) {
        OptionalInt index = Payload.mediaIndex(node);
        if (index.isPresent()) {
            return JSON.textNode(
                    Payload.textOf(node).orElseGet(() -> links.file(index.getAsInt())));
        }
        if (node.isObject()) {
            ObjectNode copy = JSON.objectNode();
            node.properties().forEach(f -> copy.set(f.getKey(), linked(f.getValue(), links)));
            return copy;
        }
        if (node.isArray()) {
            ArrayNode copy = JSON.arrayNode();
            node.forEach(element -> copy.add(linked(element, links)));
            return copy;
        }
        return node;
    }
}
