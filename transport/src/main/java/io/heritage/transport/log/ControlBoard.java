package io.heritage.transport.log;

import io.heritage.schemas.Control;
import java.util.function.Consumer;

/** What operators have switched off or on: the latest state of each endpoint and worker. */
public interface ControlBoard {

    /** Returns when it is acknowledged. */
    void set(Control control);

    /**
     * Hears the latest of each, then each new one; returns once caught up. The listener is called
     * on one thread of the board and must be quick.
     */
    Subscription subscribe(Consumer<Control> listener);
}
