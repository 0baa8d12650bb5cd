package io.heritage.models.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.torch.FloatTensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code NAME.json} with its tensors: inputs {@code in.*}, expected outputs {@code out.*}, and
 * weights in the same file or in another of the folder. Formats: the READMEs beside the vectors.
 */
public final class GoldenVectors implements AutoCloseable {
    private final Path json;
    private final JsonNode description;
    private final Checkpoint tensors;
    private final List<OutputCheck> checks = new ArrayList<>();
    private final Set<String> unchecked;

    private GoldenVectors(Path json, JsonNode description, Checkpoint tensors) {
        this.json = json;
        this.description = description;
        this.tensors = tensors;
        this.unchecked = new TreeSet<>(tensors.tensors().keySet());
        unchecked.removeIf(key -> !key.startsWith("out."));
    }

    static GoldenVectors open(Path json, JsonNode description) {
        String stem = json.getFileName().toString().replaceFirst("\\.json$", "");
        String file = description.path("file").asText(stem + ".safetensors");
        return new GoldenVectors(json, description, Checkpoint.open(json.resolveSibling(file)));
    }

    public JsonNode description() {
        return description;
    }

    public boolean has(String key) {
        return tensors.tensors().containsKey(key);
    }

    /**
     * @throws io.heritage.models.checkpoint.CheckpointMismatch if there is no such tensor
     */
    public CheckpointTensor tensor(String key) {
        return tensors.tensor(key);
    }

    /** The file of the weights, opened once more; the caller closes it. */
    public Checkpoint openWeights() {
        JsonNode named = description.path("weights");
        boolean elsewhere = named.isTextual() && named.asText().endsWith(".safetensors");
        return Checkpoint.open(
                elsewhere ? json.resolveSibling(named.asText()) : Path.of(tensors.name()));
    }

    /** What weight keys begin with in that file. */
    public String weightsPrefix() {
        return description.path("weights_prefix").asText("w.");
    }

    public void check(String output, FloatTensor got) {
        check(output, GoldenTensor.of(got));
    }

    /**
     * @param got uint8, row-major, from its position
     */
    public void check(String output, TensorShape shape, ByteBuffer got) {
        check(output, GoldenTensor.ofBytes(shape, got));
    }

    private void check(String output, GoldenTensor got) {
        GoldenTensor expected = GoldenTensor.of(tensor(output));
        checks.add(OutputCheck.compare(output, got, expected, tolerance(output)));
        unchecked.remove(output);
    }

    private Tolerance tolerance(String output) {
        JsonNode all = description.path("tolerance");
        JsonNode own = all.has(output) ? all.path(output) : all.path("out.*");
        if (!own.path("atol").isNumber()) {
            throw new IllegalArgumentException(
                    "%s states no tolerance for '%s'".formatted(json, output));
        }
        return new Tolerance(own.path("atol").asDouble(), own.path("rtol").asDouble(0));
    }

    /** Of every output; one that nothing computed does not pass. */
    List<OutputCheck> checks() {
        var all = new ArrayList<>(checks);
        unchecked.forEach(output ->
                all.add(OutputCheck.incomparable(output, tolerance(output), "was not computed")));
        return all;
    }

    @Override
    public void close() {
        tensors.close();
    }
}
