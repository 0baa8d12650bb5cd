package io.heritage.gateway.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A media string of a request. */
public sealed interface SubmittedMedia {

    /** Base64; its bytes are in chunks. */
    record Durable(MediaRef ref) implements SubmittedMedia {}

    /**
     * The name of media.
     *
     * @param field in {@code input}, with {@code .INDEX} for an element of an array
     * @param text a URL or a {@link MediaReference}
     */
    record Named(String field, String text) implements SubmittedMedia {}

    /** An input with its media as far as they are durable, and names as the client wrote them. */
    static Payload asWritten(ObjectNode input, List<SubmittedMedia> media) {
        var kept = new ArrayList<MediaRef>();
        return new Payload(written(input, media, kept), kept);
    }

    private static JsonNode written(
            JsonNode node, List<SubmittedMedia> media, List<MediaRef> kept) {
        OptionalInt index = Payload.mediaIndex(node);
        Optional<String> text = Payload.textOf(node);
        if (text.isPresent()) {
            return TextNode.valueOf(text.get());
        }
        if (index.isPresent() && media.get(index.getAsInt()) instanceof Durable(MediaRef ref)) {
            kept.add(ref);
            return Payload.placeholder(kept.size() - 1);
        }
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode copy = object.objectNode();
                for (Map.Entry<String, JsonNode> field : object.properties()) {
                    copy.set(field.getKey(), written(field.getValue(), media, kept));
                }
                yield copy;
            }
            case ArrayNode array -> {
                ArrayNode copy = array.arrayNode();
                array.forEach(element -> copy.add(written(element, media, kept)));
                yield copy;
            }
            default -> node;
        };
    }
}
