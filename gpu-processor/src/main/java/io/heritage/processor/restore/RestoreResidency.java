package io.heritage.processor.restore;

import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.processor.device.Evictable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SeedVR2 models in the memory of the leading device. The least recently used one is evicted
 * first. Device thread only.
 */
final class RestoreResidency implements Evictable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreResidency.class);

    /** The least recently used one first. */
    private final Map<RestoreWeights, SeedVr2> resident = new LinkedHashMap<>(4, 0.75f, true);

    private final List<Consumer<RestoreWeights>> evictionListeners = new ArrayList<>();

    /** Adds somebody who is told of each eviction before the memory is freed. */
    void onEviction(Consumer<RestoreWeights> listener) {
        evictionListeners.add(listener);
    }

    /** Counts as use. */
    Optional<SeedVr2> find(RestoreWeights weights) {
        return Optional.ofNullable(resident.get(weights));
    }

    /** Takes the model over. */
    void add(RestoreWeights weights, SeedVr2 model) {
        resident.put(weights, model);
    }

    int size() {
        return resident.size();
    }

    void evictOldest() {
        evict(resident.keySet().iterator().next());
    }

    void evictAllBut(RestoreWeights kept) {
        List.copyOf(resident.keySet()).stream()
                .filter(idle -> !idle.equals(kept))
                .forEach(this::evict);
    }

    @Override
    public List<String> resident() {
        return resident.keySet().stream().map(weights -> weights.variant().id()).toList();
    }

    @Override
    public void evictAll() {
        while (!resident.isEmpty()) {
            evictOldest();
        }
    }

    private void evict(RestoreWeights idle) {
        LOG.atInfo()
                .addKeyValue("model", idle.variant().id())
                .addKeyValue("precision", idle.precision().id())
                .log("model evicted to free memory");
        try (var _ = resident.remove(idle)) {
            evictionListeners.forEach(listener -> listener.accept(idle));
        }
    }

    @Override
    public void close() {
        resident.values().forEach(SeedVr2::close);
        resident.clear();
    }
}
