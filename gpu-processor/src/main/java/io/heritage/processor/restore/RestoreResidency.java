package io.heritage.processor.restore;

import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.processor.device.Evictable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SeedVR2 models in the memory of the leading device. The least recently used one that is not
 * pinned is evicted first. Device thread only.
 */
final class RestoreResidency implements Evictable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreResidency.class);

    /** Least recently used first. */
    private final Map<RestoreWeights, SeedVr2> resident = new LinkedHashMap<>(4, 0.75f, true);

    private final List<Consumer<RestoreWeights>> evictionListeners = new ArrayList<>();
    private final Predicate<String> pinned;

    /**
     * @param pinned whether a model, by its id, is never evicted
     */
    RestoreResidency(Predicate<String> pinned) {
        this.pinned = pinned;
    }

    /** Adds a listener that is called for each eviction before the memory is freed. */
    void onEviction(Consumer<RestoreWeights> listener) {
        evictionListeners.add(listener);
    }

    /** Counts as use. */
    Optional<SeedVr2> find(RestoreWeights weights) {
        return Optional.ofNullable(resident.get(weights));
    }

    /** Takes ownership of the model. */
    void add(RestoreWeights weights, SeedVr2 model) {
        resident.put(weights, model);
    }

    int size() {
        return resident.size();
    }

    /** False if no model may be evicted. */
    boolean evictOldest() {
        return evictOldestWhere(_ -> true);
    }

    /** The same, but keeps this one. */
    boolean evictOldestBut(RestoreWeights kept) {
        return evictOldestWhere(idle -> !idle.equals(kept));
    }

    void evictAllBut(RestoreWeights kept) {
        while (evictOldestBut(kept)) {}
    }

    private boolean evictOldestWhere(Predicate<RestoreWeights> idle) {
        Optional<RestoreWeights> oldest =
                resident.keySet().stream()
                        .filter(weights -> !pinned.test(weights.variant().id()))
                        .filter(idle)
                        .findFirst();
        oldest.ifPresent(this::evict);
        return oldest.isPresent();
    }

    @Override
    public List<String> resident() {
        return resident.keySet().stream().map(weights -> weights.variant().id()).toList();
    }

    @Override
    public void evictAll() {
        while (evictOldest()) {}
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
