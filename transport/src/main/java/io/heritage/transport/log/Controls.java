package io.heritage.transport.log;

import io.heritage.schemas.Control;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.WorkerId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Paused endpoints and drained workers, as read from the board. Any thread. */
public final class Controls implements AutoCloseable {
    private final ControlBoard board;
    private final Map<String, Control> latest = new HashMap<>();
    private @Nullable Subscription subscription;

    private Controls(ControlBoard board) {
        this.board = board;
    }

    /**
     * Returns once all earlier switches are known.
     *
     * @param changed called after each change, also while this catches up; must be quick
     */
    public static Controls follow(ControlBoard board, Consumer<Controls> changed) {
        var controls = new Controls(board);
        controls.subscription =
                board.subscribe(control -> {
                    controls.hear(control);
                    changed.accept(controls);
                });
        return controls;
    }

    /** Start of the endpoint's pause; empty if it is not paused. */
    public synchronized Optional<Instant> pausedSince(EndpointId endpoint) {
        var control = new Control.Pause(endpoint, true, Instant.EPOCH);
        return latest.get(control.key()) instanceof Control.Pause pause && pause.paused()
                ? Optional.of(pause.at())
                : Optional.empty();
    }

    /** Whether the worker must not begin a job. */
    public synchronized boolean isDrained(WorkerId worker) {
        var control = new Control.Drain(worker, true, Instant.EPOCH);
        return latest.get(control.key()) instanceof Control.Drain drain && drain.draining();
    }

    /** Workers that have been drained since before the given time. */
    public synchronized List<Control.Drain> drainedBefore(Instant then) {
        return latest.values().stream()
                .filter(Control.Drain.class::isInstance)
                .map(Control.Drain.class::cast)
                .filter(drain -> drain.at().isBefore(then))
                .toList();
    }

    /**
     * Switches for the whole installation, and returns when this instance has read the change, so
     * that later calls here see it.
     *
     * @return false if it is durable, but was not read in time
     */
    public boolean set(Control control, Duration heardWithin) throws InterruptedException {
        board.set(control);
        return awaitHeard(control, System.nanoTime() + heardWithin.toNanos());
    }

    private synchronized boolean awaitHeard(Control control, long deadline)
            throws InterruptedException {
        while (!isHeard(control)) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return false;
            }
            wait(millis);
        }
        return true;
    }

    private boolean isHeard(Control control) {
        return control.isUsual()
                ? !latest.containsKey(control.key())
                : control.equals(latest.get(control.key()));
    }

    private synchronized void hear(Control control) {
        if (control.isUsual()) {
            latest.remove(control.key());
        } else {
            latest.put(control.key(), control);
        }
        notifyAll();
    }

    @Override
    public void close() {
        if (subscription != null) {
            subscription.close();
        }
    }
}
