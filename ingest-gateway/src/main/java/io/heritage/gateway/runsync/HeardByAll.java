package io.heritage.gateway.runsync;

import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.transport.log.EventListener;
import java.util.List;
import java.util.function.Supplier;

/**
 * Passes each event to several listeners. If one throws, those after it in the list do not get the
 * event.
 */
public record HeardByAll(List<EventListener> listeners) implements EventListener {
    public HeardByAll {
        listeners = List.copyOf(listeners);
    }

    @Override
    public void heard(JobId job, int bytes, Supplier<JobEvent> event) {
        listeners.forEach(listener -> listener.heard(job, bytes, event));
    }

    @Override
    public void behind(boolean behind) {
        listeners.forEach(listener -> listener.behind(behind));
    }
}
