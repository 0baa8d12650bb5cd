package io.heritage.transport.log;

import io.heritage.schemas.Command;
import java.time.Duration;
import java.util.function.Consumer;

/** Broadcasts commands to all processors. */
public interface CommandBus {

    /** Returns when the command is acknowledged. */
    void broadcast(Command command);

    /**
     * Delivers every command to the listener, beginning with those not older than {@code past};
     * returns once those are delivered. The listener runs on one thread of the bus and must be
     * quick.
     */
    Subscription subscribe(Duration past, Consumer<Command> listener);
}
