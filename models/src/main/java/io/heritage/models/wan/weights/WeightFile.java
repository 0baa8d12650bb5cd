package io.heritage.models.wan.weights;

import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An open checkpoint of one network under canonical keys, whatever layout it was published in. Safe
 * to read from any thread; closed after the weights that were loaded from it.
 */
public final class WeightFile implements AutoCloseable {
    private final String name;
    private final Map<String, CheckpointTensor> tensors;
    private final Map<String, StoredWeight> weights;
    private final Map<String, String> metadata;
    private final @Nullable Checkpoint owned;

    private WeightFile(
            String name,
            Map<String, CheckpointTensor> tensors,
            Map<String, StoredWeight> weights,
            Map<String, String> metadata,
            @Nullable Checkpoint owned) {
        this.name = name;
        this.tensors = tensors;
        this.weights = weights;
        this.metadata = metadata;
        this.owned = owned;
    }

    /**
     * @throws CheckpointMismatch if it is damaged or marks its 8-bit weights in an unknown way
     */
    public static WeightFile open(Path path, KeyNaming naming) {
        Checkpoint file = Checkpoint.open(path);
        try {
            return read(file.name(), file.tensors(), file.metadata(), naming, file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Tensors of a checkpoint that stays open as long and is the caller's to close. */
    public static WeightFile of(
            String name, Map<String, CheckpointTensor> tensors, KeyNaming naming) {
        return read(name, tensors, Map.of(), naming, null);
    }

    private static WeightFile read(
            String name,
            Map<String, CheckpointTensor> tensors,
            Map<String, String> metadata,
            KeyNaming naming,
            @Nullable Checkpoint owned) {
        String prefix = naming.prefixOf(tensors.keySet());
        var named = new LinkedHashMap<String, CheckpointTensor>();
        tensors.forEach((key, tensor) ->
                naming.canonical(key.startsWith(prefix) ? key.substring(prefix.length()) : key)
                        .ifPresent(canonical -> named.put(canonical, tensor)));
        return new WeightFile(
                name,
                tensors,
                Float8Markings.resolve(name, named, metadata, prefix),
                metadata,
                owned);
    }

    /** Path, for messages. */
    public String name() {
        return name;
    }

    /** By canonical key, in file order. */
    public Map<String, StoredWeight> weights() {
        return weights;
    }

    /**
     * @throws CheckpointMismatch if there is none of this key
     */
    public StoredWeight weight(String key) {
        StoredWeight weight = weights.get(key);
        if (weight == null) {
            throw new CheckpointMismatch(name, key, "a tensor of this network", "nothing");
        }
        return weight;
    }

    /** The shape of a weight, if the file has it. */
    public Optional<TensorShape> shape(String key) {
        return Optional.ofNullable(weights.get(key)).map(weight -> weight.tensor().shape());
    }

    /**
     * A size of a weight that the network's layout follows from.
     *
     * @throws CheckpointMismatch if there is none
     */
    public long size(String key, int dimension) {
        return shape(key)
                .filter(shape -> shape.sizes().size() > dimension)
                .map(shape -> shape.sizes().get(dimension))
                .orElseThrow(() ->
                        new CheckpointMismatch(name, key, "a tensor of this network", "nothing"));
    }

    /** Whether a weight begins so. */
    public boolean hasAny(String beginning) {
        return weights.keySet().stream().anyMatch(key -> key.startsWith(beginning));
    }

    /** An entry other than weights, under its own name. */
    public Optional<CheckpointTensor> other(String key) {
        return Optional.ofNullable(tensors.get(key));
    }

    /**
     * Reads the file into the page cache, as far as there is room.
     *
     * @param stop checked before each tensor
     */
    public void readAhead(BooleanSupplier stop) {
        for (StoredWeight weight : weights.values()) {
            if (stop.getAsBoolean()) {
                return;
            }
            MemorySegment bytes = weight.tensor().data();
            if (bytes.isMapped()) {
                bytes.load();
            }
        }
    }

    /** Whether some weights have 8 bits. */
    public boolean holdsFloat8() {
        return weights.values().stream().anyMatch(StoredWeight::isFloat8);
    }

    /** The {@code __metadata__} of the file. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * Strict loading: every expected key with its shape, and no other.
     *
     * @throws CheckpointMismatch that lists missing, unexpected and misshapen keys together
     */
    public void requireExactly(Map<String, TensorShape> expected) {
        requireAmong(expected, _ -> true);
    }

    /** The same for a part of the file. */
    public void requireAmong(Map<String, TensorShape> expected, Predicate<String> part) {
        var found = new LinkedHashMap<String, CheckpointTensor>();
        weights.forEach((key, weight) -> {
            if (part.test(key)) {
                found.put(key, weight.tensor());
            }
        });
        Checkpoint.requireExactly(name, found, expected);
    }

    @Override
    public void close() {
        if (owned != null) {
            owned.close();
        }
    }
}
