package io.heritage.processor.restore;

import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.seedvr2.SeedVr2.Replica;
import java.util.List;

/**
 * A model that is resident on the devices of a job.
 *
 * @param leader on the device whose thread leads the job
 * @param others copies on the devices that share the job
 * @param memory of the leader's device; the others are like it
 */
record ReplicatedModel(SeedVr2 leader, List<Replica> others, DeviceBudget memory) {
    public ReplicatedModel {
        others = List.copyOf(others);
    }

    /** Memory of a device that a job may take. */
    interface DeviceBudget {
        /** Not counting libtorch's cache of earlier jobs. */
        MemoryBudget budget();

        /** Releases libtorch's cache. */
        void releaseKept();

        /** Evicts models that this job does not need, and releases their memory. */
        void evictIdle();
    }
}
