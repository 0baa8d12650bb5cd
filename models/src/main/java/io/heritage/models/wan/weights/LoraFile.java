package io.heritage.models.wan.weights;

import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a LoRA changes, in any of the forms that are published; docs/spec/wan22.md, section
 * 7.6.
 */
public final class LoraFile {
    private static final Logger LOG = LoggerFactory.getLogger(LoraFile.class);

    /** Roles of a module's tensors, by the ends of their keys. */
    private enum TensorRole {
        DOWN(".lora_down.weight", ".lora_A.weight", ".lora_A.default.weight"),
        UP(".lora_up.weight", ".lora_B.weight", ".lora_B.default.weight"),
        ALPHA(".alpha"),
        WEIGHT(".diff"),
        BIAS(".diff_b"),
        MODULATION(".diff_m");

        @SuppressWarnings("ImmutableEnumChecker") // the array is never changed
        private final String[] ends;

        TensorRole(String... ends) {
            this.ends = ends;
        }

        Optional<String> moduleOf(String key) {
            for (String end : ends) {
                if (key.endsWith(end)) {
                    return Optional.of(key.substring(0, key.length() - end.length()));
                }
            }
            return Optional.empty();
        }
    }

    private final String file;
    private final Map<String, TensorShape> targets;
    private final LoraModules modules;
    private final double strength;
    private final Map<String, Map<TensorRole, CheckpointTensor>> parts = new TreeMap<>();
    private final List<String> skipped = new ArrayList<>();
    private final Map<String, List<WeightChange>> changes = new LinkedHashMap<>();

    private LoraFile(String file, Map<String, TensorShape> targets, double strength) {
        this.file = file;
        this.targets = targets;
        this.modules = new LoraModules(targets.keySet());
        this.strength = strength;
    }

    /**
     * @param file for messages
     * @param tensors under their published keys, whose checkpoint stays open until they are merged
     * @param targets shapes of the network's weights by canonical key
     * @param strength may be negative or above 1
     * @return changes by canonical key
     * @throws CheckpointMismatch if nothing in it is of this network, or of another size
     */
    public static Map<String, List<WeightChange>> changes(
            String file,
            Map<String, CheckpointTensor> tensors,
            Map<String, TensorShape> targets,
            double strength) {
        var lora = new LoraFile(file, targets, strength);
        tensors.forEach(lora::sort);
        lora.parts.forEach(lora::change);
        lora.report();
        return lora.changes;
    }

    /** Changes of several files, one after the other. */
    public static Map<String, List<WeightChange>> joined(
            List<Map<String, List<WeightChange>>> files) {
        var all = new HashMap<String, List<WeightChange>>();
        files.forEach(file ->
                file.forEach((key, changes) ->
                        all.computeIfAbsent(key, _ -> new ArrayList<>()).addAll(changes)));
        return all;
    }

    private void sort(String key, CheckpointTensor tensor) {
        for (TensorRole part : TensorRole.values()) {
            var module = part.moduleOf(key);
            if (module.isPresent()) {
                parts.computeIfAbsent(module.get(), _ -> new HashMap<>()).put(part, tensor);
                return;
            }
        }
        skipped.add(key);
    }

    private void change(String module, Map<TensorRole, CheckpointTensor> tensors) {
        String path = modules.canonical(module);
        CheckpointTensor down = tensors.get(TensorRole.DOWN);
        CheckpointTensor up = tensors.get(TensorRole.UP);
        if (down != null && up != null) {
            addPair(path, down, up, tensors.get(TensorRole.ALPHA));
        } else if (down != null || up != null) {
            throw new CheckpointMismatch(file, module, "a pair of down and up", "one of them");
        }
        addDifference(
                targets.containsKey(path) ? path : path + ".weight",
                tensors.get(TensorRole.WEIGHT));
        addDifference(path + ".bias", tensors.get(TensorRole.BIAS));
        addDifference(path + ".modulation", tensors.get(TensorRole.MODULATION));
    }

    private void addPair(
            String path,
            CheckpointTensor down,
            CheckpointTensor up,
            @Nullable CheckpointTensor alpha) {
        String key = path + ".weight";
        TensorShape target = targets.get(key);
        if (target == null) {
            skipped.add(down.key());
            return;
        }
        long rank = size(down, 0);
        long inputs = down.shape().elements() / Math.max(1, rank);
        long outputs = size(up, 0);
        if (size(up, 1) != rank
                || up.shape().elements() != outputs * rank
                || outputs != target.sizes().getFirst()
                || outputs * inputs != target.elements()) {
            throw new CheckpointMismatch(
                    file,
                    key,
                    "a LoRA for a weight " + target,
                    "down %s and up %s, of another model or damaged"
                            .formatted(down.shape(), up.shape()));
        }
        double factor = alpha == null ? 1 : StoredNumbers.at(StoredWeight.plain(alpha), 0) / rank;
        add(
                key,
                new WeightChange.LowRank(
                        StoredWeight.plain(down), StoredWeight.plain(up), strength * factor));
    }

    private static long size(CheckpointTensor tensor, int dimension) {
        List<Long> sizes = tensor.shape().sizes();
        return sizes.size() > dimension ? sizes.get(dimension) : 0;
    }

    private void addDifference(String key, @Nullable CheckpointTensor difference) {
        if (difference == null) {
            return;
        }
        TensorShape target = targets.get(key);
        if (target == null) {
            skipped.add(difference.key());
            return;
        }
        if (target.elements() != difference.shape().elements()) {
            throw new CheckpointMismatch(
                    file, key, "a difference " + target, difference.shape().toString());
        }
        add(key, new WeightChange.Difference(StoredWeight.plain(difference), strength));
    }

    private void add(String key, WeightChange change) {
        Objects.requireNonNull(changes.computeIfAbsent(key, _ -> new ArrayList<>())).add(change);
    }

    private void report() {
        if (changes.isEmpty()) {
            throw new CheckpointMismatch(
                    file,
                    "LoRA",
                    "changes to weights of this network",
                    skipped.isEmpty()
                            ? "nothing"
                            : "keys of another one, such as " + skipped.getFirst());
        }
        if (!skipped.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("skipped", skipped.size())
                    .addKeyValue("first", skipped.getFirst())
                    .log("LoRA has parts for weights that this network lacks");
        }
    }
}
