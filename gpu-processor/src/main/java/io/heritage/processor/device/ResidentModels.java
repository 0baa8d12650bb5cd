package io.heritage.processor.device;

import java.util.ArrayList;
import java.util.List;

/**
 * The kinds of models that share one device. Before one kind is loaded the others are evicted,
 * unless the device reports enough free memory for both. Device thread only.
 */
public final class ResidentModels {
    /** Weights may be widened, and what is computed with them takes about as much again. */
    private static final int ROOM_FOR_FILES = 3;

    private final DeviceRuntime runtime;
    private final List<Evictable> tenants = new ArrayList<>();

    public ResidentModels(DeviceRuntime runtime) {
        this.runtime = runtime;
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
        if (runtime.get().memory().free() / ROOM_FOR_FILES < fileBytes) {
            tenants.stream().filter(tenant -> tenant != asking).forEach(Evictable::evictAll);
        }
    }
}
