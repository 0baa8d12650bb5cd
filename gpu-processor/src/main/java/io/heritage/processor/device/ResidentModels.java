package io.heritage.processor.device;

import io.heritage.transport.queue.HeldModels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The kinds of models that share one device. Before one kind is loaded the others are evicted,
 * unless the device reports enough free memory for both. Device thread only, but for {@link
 * #loadTime}.
 */
public final class ResidentModels implements HeldModels {
    /** Weights may be widened, and activations take about as much again. */
    private static final int ROOM_FOR_FILES = 3;

    private final FreeMemory memory;
    private final Set<String> pinned;
    private final Duration usualLoad;
    private final Map<String, Duration> loads = new ConcurrentHashMap<>();
    private final List<Evictable> tenants = new ArrayList<>();

    /**
     * @param pinned ids of models that are not evicted
     * @param usualLoad time to load a model, until it was measured
     */
    public ResidentModels(FreeMemory memory, Collection<String> pinned, Duration usualLoad) {
        this.memory = memory;
        this.pinned = Set.copyOf(pinned);
        this.usualLoad = usualLoad;
    }

    /** Without pinned models. */
    public ResidentModels(FreeMemory memory) {
        this(memory, Set.of(), Duration.ofSeconds(30));
    }

    public boolean isPinned(String model) {
        return pinned.contains(model);
    }

    /** Records the time that loading a model took. */
    public void loaded(String model, Duration time) {
        loads.put(model, time);
    }

    @Override
    public Duration loadTime(String model) {
        return loads.getOrDefault(model, usualLoad);
    }

    @Override
    public Set<String> resident() {
        return Set.copyOf(models());
    }

    /** Lets a kind of models be evicted when another kind needs memory. */
    public void add(Evictable tenant) {
        tenants.add(tenant);
    }

    /** Ids of all that are resident. */
    List<String> models() {
        return tenants.stream().flatMap(tenant -> tenant.resident().stream()).toList();
    }

    /**
     * Makes room for a kind of models that is about to be loaded or to run.
     *
     * @param asking keeps what it holds
     * @param fileBytes size of the files to load; {@link Long#MAX_VALUE} evicts all others
     */
    public void makeRoom(Evictable asking, long fileBytes) {
        if (hasRoom(fileBytes)) {
            return;
        }
        memory.releaseKept();
        if (!hasRoom(fileBytes)) {
            tenants.stream().filter(tenant -> tenant != asking).forEach(Evictable::evictAll);
        }
    }

    private boolean hasRoom(long fileBytes) {
        return memory.freeBytes() / ROOM_FOR_FILES >= fileBytes;
    }
}
