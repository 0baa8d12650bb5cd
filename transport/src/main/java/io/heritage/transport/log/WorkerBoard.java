package io.heritage.transport.log;

import io.heritage.schemas.WorkerStatus;
import java.util.function.Consumer;

/** The latest heartbeat of every worker. */
public interface WorkerBoard {

    /** Sends without waiting. */
    void post(WorkerStatus status);

    /**
     * Delivers the latest status of every worker, then each new one; returns once caught up. The
     * listener runs on one thread of the board and must be quick.
     */
    Subscription subscribe(Consumer<WorkerStatus> listener);
}
