package io.heritage.gateway.submit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.gateway.limit.BodyMemory;
import io.heritage.gateway.media.MediaReference;
import io.heritage.gateway.media.SubmittedMedia;
import io.heritage.schemas.Batch;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the body of {@code /batch}: fields that all jobs share, and an object for each job. Media
 * are only named, so the body is small and parsed as a whole.
 */
public final class BatchReader {
    /** Twice the limit of the batch's one record, to allow for white space. */
    public static final int MOST_BYTES = 2 << 20;

    /** Limit because they are fetched one after the other before the answer. */
    private static final int MOST_URLS = 64;

    /** References that are looked up before the answer, each once. */
    private static final int MOST_MEDIA = 4_000;

    private static final int STEP = 64 << 10;
    private static final ObjectMapper STRICT = SubmissionReader.strict(MOST_BYTES);
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final EndpointKind kind;
    private final List<SubmittedMedia> media = new ArrayList<>();

    /** Indexes into {@link #media}, by what names the media. */
    private final Map<String, Integer> indexes = new HashMap<>();

    private int urls;

    private BatchReader(EndpointKind kind) {
        this.kind = kind;
    }

    /**
     * A request for several jobs.
     *
     * @param body the whole body
     * @param inputs as they are recorded, with placeholders in the place of names of media
     * @param media in the order of their placeholders, each once
     * @param jobs how many there are to be
     */
    record Request(JsonNode body, ObjectNode inputs, List<SubmittedMedia> media, int jobs) {}

    /**
     * @param memory of the body; what is read is held until it is closed
     * @throws InvalidInput if the body is not what it has to be
     */
    public static Request read(InputStream body, EndpointKind kind, BodyMemory.Lease memory)
            throws IOException, InvalidInput {
        return new BatchReader(kind).request(parse(bytes(body, memory)));
    }

    private static byte[] bytes(InputStream body, BodyMemory.Lease memory) throws IOException {
        var all = new ByteArrayOutputStream();
        byte[] some = body.readNBytes(STEP);
        while (some.length > 0) {
            memory.reserve((1L + SubmissionReader.TREE_FACTOR) * some.length);
            all.write(some);
            some = body.readNBytes(STEP);
        }
        return all.toByteArray();
    }

    private static JsonNode parse(byte[] bytes) throws IOException, InvalidInput {
        try {
            return STRICT.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new InvalidInput(
                    "not JSON: " + SubmissionReader.inOurWords(e.getOriginalMessage()), e);
        }
    }

    private Request request(JsonNode body) throws InvalidInput {
        if (!(body.path(Batch.OWN) instanceof ArrayNode own)
                || own.isEmpty()
                || own.size() > Batch.MOST) {
            throw new InvalidInput(
                    "inputs: expected an array of 1 to %d objects, one per job; input holds what they share"
                            .formatted(Batch.MOST));
        }
        if (!body.findParents(SubmissionReader.PLACEHOLDER_KEY).isEmpty()) {
            throw new InvalidInput("the key " + SubmissionReader.PLACEHOLDER_KEY + " is reserved");
        }
        if (body.hasNonNull("s3Config")) {
            throw new InvalidInput(
                    "s3Config: not allowed in a batch; processor.uploads uploads results of"
                            + " batches too");
        }
        JsonNode shared = body.path(Batch.SHARED);
        ObjectNode inputs = JSON.objectNode();
        inputs.set(
                Batch.SHARED,
                shared.isMissingNode() ? JSON.objectNode() : named(shared, Batch.SHARED));
        ArrayNode each = inputs.putArray(Batch.OWN);
        for (int i = 0; i < own.size(); i++) {
            each.add(named(own.get(i), Batch.OWN + "." + i));
        }
        return new Request(body, inputs, List.copyOf(media), own.size());
    }

    /** With placeholders instead of names of media. */
    private ObjectNode named(JsonNode input, String where) throws InvalidInput {
        if (!(input instanceof ObjectNode object)) {
            throw new InvalidInput(where + ": expected an object");
        }
        ObjectNode copy = JSON.objectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String key = field.getKey().strip();
            copy.set(
                    field.getKey(),
                    kind.mediaKeys().contains(key)
                            ? media(field.getValue(), where + "." + key)
                            : field.getValue());
        }
        return copy;
    }

    private JsonNode media(JsonNode value, String where) throws InvalidInput {
        if (value instanceof ArrayNode array) {
            ArrayNode copy = JSON.arrayNode();
            for (int i = 0; i < array.size(); i++) {
                copy.add(media(array.get(i), where + "." + i));
            }
            return copy;
        }
        String text = value.isTextual() ? value.textValue().strip() : "";
        if (text.isEmpty()) {
            return value; // the check of the input says what is missing
        }
        if (!Base64Text.namesMedia(text)) {
            throw new InvalidInput(
                    where
                            + ": a batch names its media by a URL or a reference; store them with PUT media first");
        }
        Integer known = indexes.get(text);
        return Payload.placeholder(known == null ? added(text, where) : known, text);
    }

    private int added(String text, String where) throws InvalidInput {
        urls += MediaReference.isMeant(text) ? 0 : 1;
        if (urls > MOST_URLS) {
            throw new InvalidInput(
                    "more than %d media by URL, which are fetched one after the other; store them with PUT media first"
                            .formatted(MOST_URLS));
        }
        int index = media.size();
        if (index == MOST_MEDIA) {
            throw new InvalidInput(
                    "more than %d media are named; send fewer jobs at a time"
                            .formatted(MOST_MEDIA));
        }
        media.add(new SubmittedMedia.Named(where, text));
        indexes.put(text, index);
        return index;
    }
}
