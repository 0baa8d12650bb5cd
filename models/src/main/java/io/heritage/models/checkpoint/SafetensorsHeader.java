package io.heritage.models.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: 8 bytes little-endian length, JSON, raw data. Checked as
 * strictly as the format requires: tensors cover the data without gap or overlap, and the data ends
 * with the file.
 */
record SafetensorsHeader(Map<String, CheckpointTensor> tensors, Map<String, String> metadata) {
    private static final ValueLayout.OfLong LENGTH =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long MAX_HEADER_BYTES = 100_000_000;
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /** Range of one tensor, in bytes from the start of the data. */
    private record ByteRange(String key, long begin, long end) {}

    static SafetensorsHeader parse(String file, MemorySegment bytes) {
        long length = headerLength(file, bytes);
        JsonNode header = json(file, bytes.asSlice(Long.BYTES, length));
        MemorySegment data = bytes.asSlice(Long.BYTES + length);
        var tensors = new LinkedHashMap<String, CheckpointTensor>();
        var metadata = new LinkedHashMap<String, String>();
        List<ByteRange> spans = new ArrayList<>();
        for (var entry : header.properties()) {
            if (entry.getKey().equals("__metadata__")) {
                entry.getValue()
                        .properties()
                        .forEach(text -> metadata.put(text.getKey(), text.getValue().asText()));
            } else {
                var tensor = tensor(file, entry.getKey(), entry.getValue(), data, spans);
                tensors.put(tensor.key(), tensor);
            }
        }
        requireSeamless(file, spans, data.byteSize());
        return new SafetensorsHeader(
                Collections.unmodifiableMap(tensors), Collections.unmodifiableMap(metadata));
    }

    private static long headerLength(String file, MemorySegment bytes) {
        if (bytes.byteSize() < Long.BYTES) {
            throw new CheckpointMismatch(
                    file, "header", "at least 8 bytes", bytes.byteSize() + " bytes");
        }
        long length = bytes.get(LENGTH, 0);
        long room = Math.min(bytes.byteSize() - Long.BYTES, MAX_HEADER_BYTES);
        if (length < 2 || length > room) {
            throw new CheckpointMismatch(
                    file,
                    "header",
                    "a safetensors header of 2 to %d bytes".formatted(room),
                    "a length of " + Long.toUnsignedString(length));
        }
        return length;
    }

    private static JsonNode json(String file, MemorySegment text) {
        String header = new String(text.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        try {
            JsonNode node = JSON.readTree(header);
            if (node == null || !node.isObject()) {
                throw new CheckpointMismatch(file, "header", "a JSON object", "something else");
            }
            return node;
        } catch (JsonProcessingException e) {
            var mismatch = new CheckpointMismatch(file, "header", "JSON", e.getOriginalMessage());
            mismatch.initCause(e);
            throw mismatch;
        }
    }

    private static CheckpointTensor tensor(
            String file, String key, JsonNode entry, MemorySegment data, List<ByteRange> spans) {
        String typeName = entry.path("dtype").asText("nothing");
        TensorType type =
                TensorType.named(typeName)
                        .orElseThrow(
                                () -> new CheckpointMismatch(file, key, "a known dtype", typeName));
        TensorShape shape = shape(file, key, entry.path("shape"));
        JsonNode offsets = entry.path("data_offsets");
        if (offsets.size() != 2 || !isCount(offsets.get(0)) || !isCount(offsets.get(1))) {
            throw new CheckpointMismatch(
                    file,
                    key,
                    "two data_offsets",
                    offsets.isMissingNode() ? "none" : offsets.toString());
        }
        var span = new ByteRange(key, offsets.get(0).asLong(), offsets.get(1).asLong());
        requireSize(file, span, type, shape, data.byteSize());
        spans.add(span);
        return new CheckpointTensor(
                key, type, shape, data.asSlice(span.begin, span.end - span.begin));
    }

    private static TensorShape shape(String file, String key, JsonNode sizes) {
        List<Long> list = new ArrayList<>();
        for (JsonNode size : sizes) {
            if (!isCount(size)) {
                throw new CheckpointMismatch(file, key, "a shape of whole sizes", sizes.toString());
            }
            list.add(size.asLong());
        }
        if (!sizes.isArray()) {
            throw new CheckpointMismatch(file, key, "a shape", "none");
        }
        return new TensorShape(list);
    }

    private static boolean isCount(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong() && node.asLong() >= 0;
    }

    private static void requireSize(
            String file, ByteRange span, TensorType type, TensorShape shape, long dataBytes) {
        if (span.begin > span.end || span.end > dataBytes) {
            throw new CheckpointMismatch(
                    file,
                    span.key,
                    "data_offsets inside %d bytes of data (a longer file?)".formatted(dataBytes),
                    "%d to %d".formatted(span.begin, span.end));
        }
        long bytes;
        try {
            bytes = Math.multiplyExact(shape.elements(), type.bytes());
        } catch (ArithmeticException e) {
            bytes = Long.MAX_VALUE;
        }
        if (bytes != span.end - span.begin) {
            throw new CheckpointMismatch(
                    file,
                    span.key,
                    "%d bytes for %s %s".formatted(bytes, type, shape),
                    (span.end - span.begin) + " bytes");
        }
    }

    private static void requireSeamless(String file, List<ByteRange> spans, long dataBytes) {
        spans.sort(Comparator.comparingLong(ByteRange::begin).thenComparingLong(ByteRange::end));
        long end = 0;
        for (ByteRange span : spans) {
            if (span.begin != end) {
                throw new CheckpointMismatch(
                        file,
                        span.key,
                        "data that begins where the tensor before it ends, at byte " + end,
                        span.begin < end
                                ? "an overlap, beginning at " + span.begin
                                : "a gap, beginning at " + span.begin);
            }
            end = span.end;
        }
        if (end != dataBytes) {
            throw new CheckpointMismatch(
                    file, "data", "%d bytes".formatted(end), "%d bytes".formatted(dataBytes));
        }
    }
}
