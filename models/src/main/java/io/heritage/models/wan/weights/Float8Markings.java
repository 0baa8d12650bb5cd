package io.heritage.models.wan.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorType;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Separates a file's weights from its marks of 8-bit numbers. There are three kinds of marks
 * (docs/spec/wan22.md, section 7.4). A file without marks may still hold 8-bit numbers; these have
 * no scale.
 */
final class Float8Markings {
    static final String MARKER = "scaled_fp8";
    private static final String HEADER = "_quantization_metadata";
    private static final String LAYER_FORMAT = ".comfy_quant";
    private static final List<String> SCALES = List.of(".scale_weight", ".weight_scale");
    private static final List<String> IGNORED = List.of(".scale_input", ".input_scale");
    private static final Map<String, TensorType> FORMATS =
            Map.of(
                    "float8_e4m3fn", TensorType.F8_E4M3,
                    "float8_e5m2", TensorType.F8_E5M2);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String file;
    private final Map<String, CheckpointTensor> weights = new LinkedHashMap<>();
    private final Map<String, CheckpointTensor> scales = new HashMap<>();
    private final Map<String, TensorType> formats = new HashMap<>();

    private Float8Markings(String file) {
        this.file = file;
    }

    /**
     * @param tensors of the file without the prefix of its weights
     * @param prefix that layers in the header carry
     */
    static Map<String, StoredWeight> resolve(
            String file,
            Map<String, CheckpointTensor> tensors,
            Map<String, String> metadata,
            String prefix) {
        var markings = new Float8Markings(file);
        tensors.forEach(markings::sort);
        Optional.ofNullable(metadata.get(HEADER)).ifPresent(text -> markings.header(text, prefix));
        return markings.weights();
    }

    private void sort(String key, CheckpointTensor tensor) {
        if (key.equals(MARKER) || IGNORED.stream().anyMatch(key::endsWith)) {
            return;
        }
        if (key.endsWith(LAYER_FORMAT)) {
            String text = StandardCharsets.UTF_8.decode(tensor.bytes()).toString();
            format(layer(key, LAYER_FORMAT), key, json(key, text).path("format"));
            return;
        }
        for (String end : SCALES) {
            if (key.endsWith(end)) {
                scales.put(layer(key, end) + ".weight", tensor);
                return;
            }
        }
        weights.put(key, tensor);
    }

    private static String layer(String key, String end) {
        return key.substring(0, key.length() - end.length());
    }

    private void header(String text, String prefix) {
        for (var layer : json(HEADER, text).path("layers").properties()) {
            String name = layer.getKey();
            format(
                    name.startsWith(prefix) ? name.substring(prefix.length()) : name,
                    HEADER + " " + name,
                    layer.getValue().path("format"));
        }
    }

    private void format(String layer, String where, JsonNode format) {
        TensorType type = FORMATS.get(format.asText());
        if (type == null) {
            throw new CheckpointMismatch(
                    file,
                    where,
                    "a format of " + FORMATS.keySet().stream().sorted().toList(),
                    format.isMissingNode() ? "none" : format.asText());
        }
        formats.put(layer + ".weight", type);
    }

    private JsonNode json(String where, String text) {
        try {
            JsonNode node = JSON.readTree(text);
            return node == null ? JSON.createObjectNode() : node;
        } catch (JsonProcessingException e) {
            var mismatch = new CheckpointMismatch(file, where, "JSON", e.getOriginalMessage());
            mismatch.initCause(e);
            throw mismatch;
        }
    }

    private Map<String, StoredWeight> weights() {
        scales.keySet().stream()
                .filter(key -> !weights.containsKey(key))
                .findFirst()
                .ifPresent(key -> {
                    throw new CheckpointMismatch(
                            file, key, "the weight of a scale that is there", "nothing");
                });
        var resolved = new LinkedHashMap<String, StoredWeight>();
        weights.forEach((key, tensor) -> {
            requireScale(key, tensor, scales.get(key));
            resolved.put(key, new StoredWeight(tensor, type(key, tensor), scales.get(key)));
        });
        return resolved;
    }

    /** Bytes that the file names a format for are numbers of that format. */
    private TensorType type(String key, CheckpointTensor tensor) {
        return tensor.type() == TensorType.U8
                ? Objects.requireNonNullElse(formats.get(key), TensorType.U8)
                : tensor.type();
    }

    private void requireScale(
            String key, CheckpointTensor weight, @Nullable CheckpointTensor scale) {
        if (scale == null) {
            return;
        }
        long numbers = scale.shape().elements();
        long rows = weight.shape().sizes().isEmpty() ? 1 : weight.shape().sizes().getFirst();
        if (scale.type() != TensorType.F32 || (numbers != 1 && numbers != rows)) {
            throw new CheckpointMismatch(
                    file,
                    "scale of " + key,
                    "F32 of 1 number or %d".formatted(rows),
                    "%s %s".formatted(scale.type(), scale.shape()));
        }
    }
}
