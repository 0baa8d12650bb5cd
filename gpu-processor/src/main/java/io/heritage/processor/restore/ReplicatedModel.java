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

    /** What a job may take of a device. */
    interface DeviceBudget {
        /** Without what libtorch keeps of earlier jobs. */
        MemoryBudget budget();

        /** Gives back what libtorch keeps. */
        void releaseKept();

        /** Evicts the models that this job does not need, and gives back what they leave. */
        void evictIdle();
    }
}
