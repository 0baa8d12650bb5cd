package io.heritage.transport.memory;

import io.heritage.schemas.WorkerId;
import io.heritage.schemas.WorkerStatus;
import io.heritage.transport.log.Subscription;
import io.heritage.transport.log.WorkerBoard;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The latest heartbeat of every worker. */
public final class MemoryWorkerBoard implements WorkerBoard {
    private final Map<WorkerId, WorkerStatus> latest = new LinkedHashMap<>();
    private final Listeners<WorkerStatus> listeners = new Listeners<>();

    MemoryWorkerBoard() {}

    @Override
    public synchronized void post(WorkerStatus status) {
        latest.put(status.worker(), status);
        listeners.tell(status);
    }

    @Override
    public synchronized Subscription subscribe(Consumer<WorkerStatus> listener) {
        return listeners.add(listener, List.copyOf(latest.values()));
    }
}
