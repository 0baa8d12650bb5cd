package io.heritage.transport.queue;

import java.time.Duration;
import java.util.Set;

/** The models of a worker, by which its queue chooses among lanes of models. */
public interface HeldModels {

    /** Ids of those that need not be loaded. Asked by the thread that takes jobs. */
    Set<String> resident();

    /** How long loading one takes, as measured or as configured. Any thread. */
    Duration loadTime(String model);
}
