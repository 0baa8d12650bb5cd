package io.heritage.gateway.submit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An input as it is written into a job's record, which has to fit into one message. A large one is
 * reduced to known fields, and values longer than any prompt are shortened.
 */
final class RecordedInput {
    /** Beside it the record has policy, webhook and references. Brokers take 1 MiB. */
    static final int MOST_BYTES = 512 << 10;

    private static final int MOST_OF_A_FIELD = 100 << 10;
    private static final int KEPT_OF_A_FIELD = 1_000;

    private RecordedInput() {}

    static ObjectNode of(EndpointKind kind, ObjectNode input) {
        if (bytes(input) <= MOST_BYTES) {
            return input;
        }
        ObjectNode kept = input.objectNode();
        for (Map.Entry<String, JsonNode> field : input.properties()) {
            if (kind.fields().contains(field.getKey().strip())) {
                kept.set(field.getKey(), shortened(field.getValue()));
            }
        }
        return kept;
    }

    private static JsonNode shortened(JsonNode value) {
        if (Payload.mediaIndex(value).isPresent() || bytes(value) <= MOST_OF_A_FIELD) {
            return value;
        }
        String text = value.isTextual() ? value.textValue() : Wire.text(value);
        return TextNode.valueOf(text.substring(0, KEPT_OF_A_FIELD) + "…");
    }

    private static int bytes(JsonNode value) {
        return Wire.text(value).getBytes(StandardCharsets.UTF_8).length;
    }
}
