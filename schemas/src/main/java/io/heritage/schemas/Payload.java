package io.heritage.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalInt;

/**
 * JSON whose media strings are stored elsewhere: where the client's JSON has a base64 string,
 * {@code body} has the placeholder {@code {"$media": n}}, n an index into {@code media}. An index
 * may occur several times.
 */
public record Payload(JsonNode body, List<MediaRef> media) {
    private static final String PLACEHOLDER = "$media";

    public Payload {
        media = List.copyOf(media);
    }

    public static Payload ofJson(JsonNode body) {
        return new Payload(body, List.of());
    }

    public static ObjectNode placeholder(int index) {
        return JsonNodeFactory.instance.objectNode().put(PLACEHOLDER, index);
    }

    /** The media index if {@code node} is a placeholder. */
    public static OptionalInt mediaIndex(JsonNode node) {
        return node.isObject() && node.size() == 1 && node.path(PLACEHOLDER).isInt()
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
