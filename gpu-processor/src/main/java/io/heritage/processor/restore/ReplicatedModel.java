package io.heritage.processor.restore;

import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.seedvr2.SeedVr2.Replica;
import java.util.List;

/**
 * A model that is resident on the devices of a job.
 *
 * @param leader of the thread that leads the job
 * @param others that share it
 * @param memory of the leader's device; the others are like it
 */
public record ReplicatedModel(SeedVr2 leader, List<Replica> others, Memory memory) {
    public ReplicatedModel {
        others = List.copyOf(others);
    }

    /** What a job may take of a device. */
    public interface Memory {
        MemoryBudget budget();

        /** Frees what models hold that this job does not need. */
        void giveUpIdle();
    }
}
