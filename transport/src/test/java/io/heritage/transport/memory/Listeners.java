package io.heritage.transport.memory;

import io.heritage.transport.log.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who hears a topic; one call at a time, on the thread of whoever speaks. */
final class Listeners<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<Consumer<T>> listeners = new ArrayList<>();

    /**
     * @param past what it hears before anything else
     */
    synchronized Subscription add(Consumer<T> listener, List<T> past) {
        past.forEach(said -> hear(listener, said));
        listeners.add(listener);
        return () -> remove(listener);
    }

    synchronized void tell(T said) {
        List.copyOf(listeners).forEach(listener -> hear(listener, said));
    }

    private synchronized void remove(Consumer<T> listener) {
        listeners.remove(listener);
    }

    /** A listener that fails hears the next all the same. */
    private void hear(Consumer<T> listener, T said) {
        try {
            listener.accept(said);
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("a listener failed");
        }
    }
}
