package io.heritage.processor;

import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.seedvr2.SeedVr2.Replica;
import java.util.List;

/**
 * A model that is resident on the devices of a job.
 *
 * @param leader of the thread that leads the job
 * @param others that share it
 */
record SplitModel(SeedVr2 leader, List<Replica> others) {
    SplitModel {
        others = List.copyOf(others);
    }
}
