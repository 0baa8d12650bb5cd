package io.heritage.transport.log;

import io.heritage.schemas.Command;
import java.time.Duration;
import java.util.function.Consumer;

/** Broadcast to all processors. */
public interface CommandBus {

    /** Returns when the command is acknowledged. */
    void broadcast(Command command);

    /**
     * Hears every command, beginning with those not older than {@code past}; returns once it has
     * caught up with those. The listener is called on one thread of the bus and must be quick.
     */
    Subscription subscribe(Duration past, Consumer<Command> listener);
}
