package io.heritage.sink.changelog;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Detects that this process was suspended, by a signal, a debugger or its virtual machine. A
 * separate thread reads the clocks four times a second; a long time between two readings was a
 * standstill. Any thread.
 */
public final class ProcessStops implements AutoCloseable {
    /** Half a session of Kafka's group: a shorter standstill has cost no partition. */
    static final Duration LONGEST = Duration.ofSeconds(5);

    private static final Duration LOOK = Duration.ofMillis(250);

    private final LongSupplier nanos;
    private final LongSupplier millis;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("sink-stops").factory());
    private long lastNanos;
    private long lastMillis;
    private int stops;

    /**
     * @param nanos as {@link System#nanoTime()}, which may stand still while a machine is suspended
     * @param millis as {@link System#currentTimeMillis()}; a clock that is set forward looks like a
     *     standstill, which costs its sink one more rejoin of the group
     */
    ProcessStops(LongSupplier nanos, LongSupplier millis) {
        this.nanos = nanos;
        this.millis = millis;
        lastNanos = nanos.getAsLong();
        lastMillis = millis.getAsLong();
    }

    /** Reads the system clocks. */
    public static ProcessStops watch() {
        var stops = new ProcessStops(System::nanoTime, System::currentTimeMillis);
        var _ =
                stops.thread.scheduleWithFixedDelay(
                        stops::count, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
        return stops;
    }

    /** Number of standstills so far. */
    synchronized int count() {
        long nanosNow = nanos.getAsLong();
        long millisNow = millis.getAsLong();
        if (nanosNow - lastNanos > LONGEST.toNanos()
                || millisNow - lastMillis > LONGEST.toMillis()) {
            stops++;
        }
        lastNanos = nanosNow;
        lastMillis = millisNow;
        return stops;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
