package io.heritage.transport.memory;

import io.heritage.schemas.Control;
import io.heritage.transport.log.ControlBoard;
import io.heritage.transport.log.Subscription;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The latest of each control. */
public final class MemoryControlBoard implements ControlBoard {
    private final Map<String, Control> latest = new LinkedHashMap<>();
    private final Listeners<Control> listeners = new Listeners<>();

    MemoryControlBoard() {}

    @Override
    public synchronized void set(Control control) {
        if (control.isUsual()) {
            latest.remove(control.key());
        } else {
            latest.put(control.key(), control);
        }
        listeners.tell(control);
    }

    @Override
    public synchronized Subscription subscribe(Consumer<Control> listener) {
        return listeners.add(listener, List.copyOf(latest.values()));
    }
}
