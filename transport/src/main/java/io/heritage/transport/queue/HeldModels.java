package io.heritage.transport.queue;

import java.time.Duration;
import java.util.Set;

/** The models of a worker, for its queue's choice among lanes of models. */
public interface HeldModels {

    /** Ids of loaded models. Called by the thread that takes jobs. */
    Set<String> resident();

    /** Time to load a model, as measured or as configured. Any thread. */
    Duration loadTime(String model);
}
