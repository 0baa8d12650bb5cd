package io.heritage.gateway.submit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.gateway.error.BodyBroken;
import io.heritage.gateway.limit.BodyMemory;
import io.heritage.gateway.limit.UploadTurns;
import io.heritage.gateway.media.MediaParts;
import io.heritage.gateway.media.SubmittedMedia;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.transport.media.MediaStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Turns a body into JSON and durable media. If anything goes wrong, only chunks without a reference
 * remain.
 */
public final class SubmissionReader {
    private static final int MAX_TOKENS = 100_000;
    private static final int MAX_DEPTH = 128;

    /** The parsed tree takes about this multiple of its text's bytes. */
    static final int TREE_FACTOR = 6;

    static final String PLACEHOLDER_KEY = Payload.placeholder(0).fieldNames().next();

    private final MediaStore store;
    private final UploadTurns turns;
    private final int maxJsonBytes;
    private final ObjectMapper strict;

    public SubmissionReader(MediaStore store, UploadTurns turns, int maxJsonBytes) {
        this.store = store;
        this.turns = turns;
        this.maxJsonBytes = maxJsonBytes;
        strict = strict(maxJsonBytes);
    }

    /** Refuses text that parsers read differently, or that would take too much memory. */
    static ObjectMapper strict(int maxJsonBytes) {
        var constraints =
                StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxTokenCount(MAX_TOKENS)
                        .maxStringLength(maxJsonBytes)
                        .build();
        var factory =
                JsonFactory.builder()
                        .streamReadConstraints(constraints)
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build();
        return JsonMapper.builder(Wire.pooling(factory))
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /**
     * A request that can become a job.
     *
     * @param body the whole body, with placeholders in place of media strings
     * @param input the object under its key {@code input}
     * @param badMedia what is wrong with a media string that is no base64; the job exists and fails
     */
    public record Submission(
            ObjectNode body,
            ObjectNode input,
            List<SubmittedMedia> media,
            Optional<InvalidInput> badMedia) {}

    /**
     * @param id record key of the media chunks
     * @param mediaBytes of the body, at most; 0 if that is not known
     * @param memory of the body; what is read is held until it is closed
     * @throws InvalidInput if the body is not what it has to be
     * @throws BodyBroken if it ends too early
     */
    public Submission read(
            InputStream body, EndpointKind kind, JobId id, long mediaBytes, BodyMemory.Lease memory)
            throws IOException, InvalidInput {
        try (var parts = new MediaParts(store, turns, memory.owner(), id.value(), mediaBytes)) {
            var scanner =
                    new SubmissionScanner(body, kind.mediaKeys(), parts, maxJsonBytes, memory);
            JsonCopy copy = scanner.scan();
            memory.reserve((long) TREE_FACTOR * copy.size());
            ObjectNode json = parse(copy);
            ObjectNode input = inputOf(json);
            refuseForgedPlaceholders(json, scanner.media());
            return new Submission(
                    json,
                    input,
                    parts.durable(),
                    scanner.bad().map(bad -> inWordsOf(kind, bad.problem())));
        }
    }

    /** The SeedVR service documents its own text for bad base64. */
    private static InvalidInput inWordsOf(EndpointKind kind, String problem) {
        return new InvalidInput(
                kind == EndpointKind.RESTORE ? "Invalid base64 video data: " + problem : problem);
    }

    private ObjectNode parse(JsonCopy copy) throws IOException, InvalidInput {
        try {
            return (ObjectNode) strict.readTree(copy.bytes());
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new InvalidInput(
                    "not JSON: %s (line %d, byte %d)"
                            .formatted(
                                    inOurWords(e.getOriginalMessage()),
                                    at == null ? 1 : at.getLineNr(),
                                    at == null ? 0 : copy.bodyOffset(at.getByteOffset())),
                    e);
        }
    }

    /** Removes the names of the parser's settings from its message. */
    static String inOurWords(String parserMessage) {
        return parserMessage
                .replaceAll("(: enable|, from) `[^`]*`( to allow)?", "")
                .replaceAll("\\(for [^)]*\\)", "")
                .strip();
    }

    private static ObjectNode inputOf(ObjectNode json) throws InvalidInput {
        JsonNode input = json.get("input");
        if (input == null) {
            throw new InvalidInput(
                    "no input: expected {\"input\": {…}}, found the keys "
                            + json.properties().stream()
                                    .map(field -> shortened(field.getKey()))
                                    .limit(10)
                                    .toList());
        }
        if (!(input instanceof ObjectNode object)) {
            throw new InvalidInput(
                    "input: expected an object, found "
                            + input.getNodeType().name().toLowerCase(Locale.ROOT));
        }
        return object;
    }

    private static String shortened(String key) {
        return key.length() <= 40 ? key : key.substring(0, 40) + "…";
    }

    /** A client must not refer to media itself: every placeholder must be one of ours. */
    private static void refuseForgedPlaceholders(ObjectNode json, int media) throws InvalidInput {
        if (json.findParents(PLACEHOLDER_KEY).size() != media) {
            throw new InvalidInput("the key " + PLACEHOLDER_KEY + " is reserved");
        }
    }
}
