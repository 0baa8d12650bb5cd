package io.heritage.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * JSON whose media strings are stored elsewhere: where the client's JSON has a base64 string,
 * {@code body} has the placeholder {@code {"$media": n}}, n an index into {@code media}. An index
 * may occur several times. Where the client named media by a URL or a reference, the placeholder
 * keeps what it wrote: {@code {"$media": n, "$text": "https://…"}}. In an output {@code $text} is
 * where the media were uploaded to, and shown in their place.
 */
public record Payload(JsonNode body, List<MediaRef> media) {
    private static final String PLACEHOLDER = "$media";
    private static final String TEXT = "$text";

    public Payload {
        media = List.copyOf(media);
    }

    public static Payload ofJson(JsonNode body) {
        return new Payload(body, List.of());
    }

    public static ObjectNode placeholder(int index) {
        return JsonNodeFactory.instance.objectNode().put(PLACEHOLDER, index);
    }

    /**
     * @param text the client's text
     */
    public static ObjectNode placeholder(int index, String text) {
        return placeholder(index).put(TEXT, text);
    }

    /** The client's text for a placeholder, if it was not the media itself. */
    public static Optional<String> textOf(JsonNode placeholder) {
        return mediaIndex(placeholder).isPresent()
                ? Optional.ofNullable(placeholder.path(TEXT).textValue())
                : Optional.empty();
    }

    /**
     * The same with a text for each piece of media: the URL that it was uploaded to.
     *
     * @param texts one for each piece
     */
    public Payload named(List<String> texts) {
        return new Payload(named(body, texts), media);
    }

    private static JsonNode named(JsonNode node, List<String> texts) {
        OptionalInt index = mediaIndex(node);
        if (index.isPresent()) {
            return placeholder(index.getAsInt(), texts.get(index.getAsInt()));
        }
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                object.properties().forEach(f -> copy.set(f.getKey(), named(f.getValue(), texts)));
                yield copy;
            }
            case ArrayNode array -> {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
                array.forEach(element -> copy.add(named(element, texts)));
                yield copy;
            }
            default -> node;
        };
    }

    /** The media index if {@code node} is a placeholder. */
    public static OptionalInt mediaIndex(JsonNode node) {
        boolean placeholder =
                node.isObject()
                        && (node.size() == 1 || (node.size() == 2 && node.path(TEXT).isTextual()));
        return placeholder && node.path(PLACEHOLDER).isInt()
                ? OptionalInt.of(node.get(PLACEHOLDER).intValue())
                : OptionalInt.empty();
    }

    /**
     * @throws IllegalArgumentException if {@code node} is no placeholder or points beyond the media
     */
    public MediaRef mediaAt(JsonNode node) {
        int index =
                mediaIndex(node)
                        .orElseThrow(() -> new IllegalArgumentException("not a media placeholder"));
        if (index < 0 || index >= media.size()) {
            throw new IllegalArgumentException(
                    "media index " + index + " of a payload with " + media.size() + " media");
        }
        return media.get(index);
    }

    /** Counts only: payloads hold client data, which does not belong in logs. */
    @Override
    public String toString() {
        return "Payload[" + media.size() + " media]";
    }
}
