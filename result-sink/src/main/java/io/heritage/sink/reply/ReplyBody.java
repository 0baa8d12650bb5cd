package io.heritage.sink.reply;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A JSON object in which some strings are media still to be read: what is known of it as bytes, and
 * references between them. Its length is known before a byte of media is read.
 */
public final class ReplyBody {

    /** A stretch of the body. */
    sealed interface Stretch {
        record Json(ByteBuffer bytes) implements Stretch {
            @Override
            public long length() {
                return bytes.capacity();
            }
        }

        /** Base64 without the quotes around it. */
        record Media(MediaRef ref) implements Stretch {
            @Override
            public long length() {
                return base64Length(List.of(ref));
            }
        }

        long length();
    }

    private final List<Stretch> parts;

    private ReplyBody(List<Stretch> parts) {
        this.parts = List.copyOf(parts);
    }

    /**
     * @param fields of the object in order, each with its own media
     */
    static ReplyBody of(Map<String, Payload> fields) {
        try {
            return new Builder().object(fields);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a reply as JSON", e);
        }
    }

    /**
     * The same, and behind the fields an array.
     *
     * @param elements of the array, each with its own media
     */
    static ReplyBody of(Map<String, Payload> fields, String array, List<Payload> elements) {
        try {
            return new Builder().object(fields, array, elements);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a reply as JSON", e);
        }
    }

    List<Stretch> parts() {
        return parts;
    }

    public long length() {
        return parts.stream().mapToLong(Stretch::length).sum();
    }

    public static long base64Length(List<MediaRef> media) {
        return media.stream().mapToLong(ref -> (ref.bytes() + 2) / 3 * 4).sum();
    }

    boolean hasMedia() {
        return parts.stream().anyMatch(Stretch.Media.class::isInstance);
    }

    /** The caller closes the stream. */
    public ReplyStream open(MediaSource source) {
        return new ReplyStream(parts, source);
    }

    private static final class Builder {
        private final List<Stretch> parts = new ArrayList<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final JsonGenerator json;

        Builder() throws IOException {
            json = Wire.json().createGenerator(bytes);
        }

        ReplyBody object(Map<String, Payload> fields) throws IOException {
            json.writeStartObject();
            write(fields);
            return end();
        }

        ReplyBody object(Map<String, Payload> fields, String array, List<Payload> elements)
                throws IOException {
            json.writeStartObject();
            write(fields);
            json.writeArrayFieldStart(array);
            for (Payload element : elements) {
                write(element.body(), element.media());
            }
            json.writeEndArray();
            return end();
        }

        private ReplyBody end() throws IOException {
            json.writeEndObject();
            json.close();
            cut();
            return new ReplyBody(parts);
        }

        private void write(Map<String, Payload> fields) throws IOException {
            for (Map.Entry<String, Payload> field : fields.entrySet()) {
                json.writeFieldName(field.getKey());
                write(field.getValue().body(), field.getValue().media());
            }
        }

        private void write(JsonNode node, List<MediaRef> media) throws IOException {
            OptionalInt index = Payload.mediaIndex(node);
            Optional<String> text = Payload.textOf(node);
            if (text.isPresent()) {
                json.writeString(text.get());
            } else if (index.isPresent()
                    && index.getAsInt() >= 0
                    && index.getAsInt() < media.size()) {
                media(media.get(index.getAsInt()));
            } else if (node.isObject()) {
                json.writeStartObject();
                for (Map.Entry<String, JsonNode> field : node.properties()) {
                    json.writeFieldName(field.getKey());
                    write(field.getValue(), media);
                }
                json.writeEndObject();
            } else if (node.isArray()) {
                json.writeStartArray();
                for (JsonNode element : node) {
                    write(element, media);
                }
                json.writeEndArray();
            } else {
                json.writeTree(node);
            }
        }

        /**
         * Writes a single quote as a value, so that the generator adds the comma or colon before
         * it.
         */
        private void media(MediaRef ref) throws IOException {
            json.writeRawValue("\"");
            json.flush();
            cut();
            parts.add(new Stretch.Media(ref));
            json.writeRaw('"');
        }

        private void cut() {
            parts.add(new Stretch.Json(ByteBuffer.wrap(bytes.toByteArray())));
            bytes.reset();
        }
    }
}
