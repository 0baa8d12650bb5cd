package io.heritage.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.torch.FloatTensor;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code NAME.json} with its tensors: inputs {@code in.*}, expected outputs {@code out.*}, and
 * weights in the same file or in another of the folder. Formats: the READMEs beside the vectors.
 */
public final class GoldenVectors implements AutoCloseable {
    /** A safetensors file without tensors, for a case whose inputs and outputs are in the json. */
    private static final byte[] NO_TENSORS = {2, 0, 0, 0, 0, 0, 0, 0, '{', '}'};

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
        Path tensors = json.resolveSibling(file);
        boolean numbersOnly = !description.has("tensors") && !Files.exists(tensors);
        return new GoldenVectors(
                json,
                description,
                numbersOnly ? Checkpoint.of(stem, NO_TENSORS) : Checkpoint.open(tensors));
    }

    public JsonNode description() {
        return description;
    }

    /** Name of the file of the case's tensors. */
    public String name() {
        return tensors.name();
    }

    /** Tensors whose key begins so, under the rest of their key. */
    public Map<String, CheckpointTensor> tensorsUnder(String prefix) {
        return tensors.tensorsUnder(prefix);
    }

    /** Keys of all tensors of the case. */
    public Set<String> keys() {
        return tensors.tensors().keySet();
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
        return openWeights("weights");
    }

    /**
     * @param field of the json that names the file, where a case has several
     */
    public Checkpoint openWeights(String field) {
        JsonNode named = description.path(field);
        boolean elsewhere = named.isTextual() && named.asText().endsWith(".safetensors");
        return Checkpoint.open(
                elsewhere ? json.resolveSibling(named.asText()) : Path.of(tensors.name()));
    }

    /** A file of the same folder. */
    public Path beside(String name) {
        return json.resolveSibling(name);
    }

    /** Prefix of the weights' keys in that file. */
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

    /** Compares with a tensor of another file. */
    void check(String output, FloatTensor got, CheckpointTensor expected, double atol) {
        checks.add(
                OutputCheck.compare(
                        output,
                        GoldenTensor.of(got),
                        GoldenTensor.of(expected),
                        new Tolerance(atol, atol)));
    }

    /** Compares with numbers in the json, each within {@code atol}. */
    public void check(String output, List<? extends Number> got, JsonNode expected, double atol) {
        GoldenTensor numbers =
                new GoldenTensor.Elements(
                        TensorShape.of(expected.size()), i -> expected.path(i).asDouble());
        GoldenTensor found =
                new GoldenTensor.Elements(
                        TensorShape.of(got.size()), i -> got.get(i).doubleValue());
        checks.add(OutputCheck.compare(output, found, numbers, new Tolerance(atol, 0)));
    }

    /** Compares exactly. */
    public void checkSame(String output, Object got, Object expected) {
        checks.add(OutputCheck.same(output, got, expected));
    }

    /** Excludes outputs of variants that are not implemented here. */
    public void leaveOut(String... outputs) {
        unchecked.removeAll(List.of(outputs));
    }

    private void check(String output, GoldenTensor got) {
        GoldenTensor expected = GoldenTensor.of(tensor(output));
        for (Tolerance tolerance : tolerances(output)) {
            checks.add(OutputCheck.compare(output, got, expected, tolerance));
        }
        unchecked.remove(output);
    }

    /** One or, for frames in levels, two: how far any may be off, and how many must be exact. */
    private List<Tolerance> tolerances(String output) {
        JsonNode own = stated(output);
        if (own.path("max_abs_levels").isNumber()) {
            return List.of(
                    new Tolerance(own.path("max_abs_levels").asDouble(), 0),
                    new Tolerance(0, 0, own.path("fraction_exact").asDouble(1)));
        }
        if (!own.path("atol").isNumber()) {
            throw new IllegalArgumentException(
                    "%s states no tolerance for '%s'".formatted(json, output));
        }
        return List.of(
                new Tolerance(
                        own.path("atol").asDouble(),
                        own.path("rtol").asDouble(0),
                        own.path("fraction_within").asDouble(1)));
    }

    /** The entry under the output's name, or under its longest prefix that ends with a star. */
    private JsonNode stated(String output) {
        JsonNode all = description.path("tolerance");
        for (int end = output.length(); end > 0 && !all.has(output); end--) {
            String pattern = output.substring(0, end) + "*";
            if (all.has(pattern)) {
                return all.path(pattern);
            }
        }
        return all.path(output);
    }

    /** The check of every output; one that nothing computed does not pass. */
    List<OutputCheck> checks() {
        var all = new ArrayList<>(checks);
        unchecked.forEach(output ->
                all.add(
                        OutputCheck.incomparable(
                                output, tolerances(output).getFirst(), "was not computed")));
        return all;
    }

    @Override
    public void close() {
        tensors.close();
    }
}
