package io.heritage.transport.log;

import io.heritage.schemas.Control;
import java.util.function.Consumer;

/** Switches of operators: the latest state of each endpoint and worker. */
public interface ControlBoard {

    /** Returns when the switch is acknowledged. */
    void set(Control control);

    /**
     * Delivers the latest state of each, then every change; returns once caught up. The listener
     * runs on one thread of the board and must be quick.
     */
    Subscription subscribe(Consumer<Control> listener);
}
