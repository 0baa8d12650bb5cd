package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Messages as JSON bytes with a version field {@code v}. A reader ignores fields it does not know;
 * a message of a later major version is refused.
 */
public final class Wire {
    private static final int VERSION = 1;
    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .addModule(new JavaTimeModule())
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .serializationInclusion(JsonInclude.Include.NON_NULL)
                    .build();

    private Wire() {}

    public static byte[] encode(Object message) {
        try {
            ObjectNode node = MAPPER.valueToTree(message);
            return MAPPER.writeValueAsBytes(node.put("v", VERSION));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot encode " + message.getClass().getName(), e);
        }
    }

    /**
     * @throws LaterVersion if the message is of a later version
     * @throws UncheckedIOException if the bytes are no such message
     */
    public static <T> T decode(byte[] bytes, Class<T> type) {
        try {
            var node = MAPPER.readTree(bytes);
            int version = node.path("v").asInt(0);
            if (version > VERSION) {
                throw new LaterVersion(version);
            }
            if (version < 1) {
                throw new IOException(
                        "message version %d, this process reads 1 to %d"
                                .formatted(version, VERSION));
            }
            return MAPPER.treeToValue(node, type);
        } catch (IOException e) {
            throw new UncheckedIOException("not a readable " + type.getSimpleName(), e);
        }
    }

    /**
     * A message that only a later version of this process can read. Nobody else will: whoever
     * passes it by loses it, so a reader that goes by what it has read has to stop.
     */
    public static final class LaterVersion extends UncheckedIOException {
        private static final long serialVersionUID = 1L;

        LaterVersion(int version) {
            super(
                    new IOException(
                            "message version %d, this process reads 1 to %d: upgrade it"
                                    .formatted(version, VERSION)));
        }
    }

    /** For JSON that is not a message: requests and replies. Shared and not to be reconfigured. */
    public static ObjectMapper json() {
        return MAPPER;
    }
}
