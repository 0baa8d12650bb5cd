package io.heritage.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Messages as JSON bytes with a version field {@code v}. A reader ignores fields it does not know;
 * a message of a later major version is refused.
 */
public final class Wire {
    private static final int VERSION = 1;

    /** Last bytes of each message of this version. */
    private static final byte[] END = (",\"v\":" + VERSION + "}").getBytes(UTF_8);

    private static final byte[] ONLY_VERSION = ("\"v\":" + VERSION + "}").getBytes(UTF_8);

    /** Sets of buffers that are kept for the next parser or generator. */
    private static final int MOST_BUFFERS = 64;

    private static final ObjectMapper MAPPER =
            JsonMapper.builder(pooling(new JsonFactory()))
                    .addModule(new JavaTimeModule())
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .serializationInclusion(JsonInclude.Include.NON_NULL)
                    .build();

    private Wire() {}

    /**
     * Its parsers and generators share their buffers. By default each thread keeps its own, which
     * waiting virtual threads would waste.
     */
    public static JsonFactory pooling(JsonFactory factory) {
        return factory.setRecyclerPool(JsonRecyclerPools.newBoundedPool(MOST_BUFFERS));
    }

    /** As {@link JsonNode#toString}, which keeps 8 KiB of buffers for its thread. */
    public static String text(JsonNode tree) {
        try {
            return MAPPER.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write a tree as JSON", e);
        }
    }

    public static byte[] encode(Object message) {
        try {
            byte[] object = MAPPER.writeValueAsBytes(message);
            int length = object.length - 1; // without its bracket
            if (length < 1 || object[0] != '{') {
                throw new IllegalArgumentException("not an object: " + message.getClass());
            }
            byte[] end = length == 1 ? ONLY_VERSION : END;
            byte[] bytes = Arrays.copyOf(object, length + end.length);
            System.arraycopy(end, 0, bytes, length, end.length);
            return bytes;
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot encode " + message.getClass().getName(), e);
        }
    }

    /**
     * @throws LaterVersion if the message has a later version, or a name in it (a kind, a type) is
     *     not known to this one
     * @throws UncheckedIOException if the bytes are no such message
     */
    public static <T> T decode(byte[] bytes, Class<T> type) {
        try {
            if (hasOurEnd(bytes)) {
                return MAPPER.readValue(bytes, type);
            }
            var node = MAPPER.readTree(bytes);
            int version = node.path("v").asInt(0);
            if (version < 1) {
                throw new IOException("no message version");
            }
            if (version > VERSION) {
                throw new LaterVersion(
                        type,
                        new IOException(
                                "message version %d, this process reads 1 to %d"
                                        .formatted(version, VERSION)));
            }
            return MAPPER.treeToValue(node, type);
        } catch (InvalidTypeIdException e) {
            throw new LaterVersion(type, e);
        } catch (InvalidFormatException e) {
            if (e.getTargetType() != null && e.getTargetType().isEnum()) {
                throw new LaterVersion(type, e);
            }
            throw new UncheckedIOException("not a readable " + type.getSimpleName(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("not a readable " + type.getSimpleName(), e);
        }
    }

    /** The last bracket closes the message itself, so it is the message's version. */
    private static boolean hasOurEnd(byte[] bytes) {
        int start = bytes.length - END.length;
        return start > 0 && Arrays.equals(bytes, start, bytes.length, END, 0, END.length);
    }

    /**
     * A message that only a later version of Heritage can read: this process must leave it to
     * others and be updated.
     */
    public static final class LaterVersion extends UncheckedIOException {
        private static final long serialVersionUID = 1L;

        private LaterVersion(Class<?> type, IOException cause) {
            super("a %s of a later version of Heritage".formatted(type.getSimpleName()), cause);
        }
    }

    /** For JSON that is not a message: requests and replies. Shared, so it must not be changed. */
    public static ObjectMapper json() {
        return MAPPER;
    }
}
