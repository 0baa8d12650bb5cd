package io.heritage.processor.device;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that a device's thread hangs in native code: it has work, and has passed no checkpoint
 * for the whole time-out. Checks on its own thread and counts checks instead of time, so a process
 * that was suspended is not mistaken for a hung one.
 */
public final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    static final int LOOKS = 20;

    private final Thread watched;
    private final Duration timeout;
    private final Runnable onHang;
    private final AtomicLong passed = new AtomicLong();
    private volatile boolean working;
    private long passedBefore;
    private int looksInVain;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("watchdog").factory());

    /**
     * @param watched the thread that owns the device
     * @param timeout without a checkpoint; zero: never hung
     * @param onHang called once, on the watchdog's thread
     */
    public Watchdog(Thread watched, Duration timeout, Runnable onHang) {
        this.watched = watched;
        this.timeout = timeout;
        this.onHang = onHang;
    }

    public void start() {
        if (timeout.isPositive()) {
            long pause = Math.max(1, timeout.toMillis() / LOOKS);
            var _ = thread.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.MILLISECONDS);
        }
    }

    /** The watched thread begins to work. */
    public void begin() {
        pass();
        working = true;
    }

    /** A checkpoint of the watched thread: a block of a network or of a file is done. */
    public void pass() {
        passed.incrementAndGet();
    }

    /** The watched thread waits for work. */
    public void end() {
        working = false;
    }

    void look() {
        long now = passed.get();
        looksInVain = working && now == passedBefore ? looksInVain + 1 : 0;
        passedBefore = now;
        if (looksInVain == LOOKS) {
            report();
            onHang.run();
        }
    }

    private void report() {
        var where = new IllegalStateException("thread " + watched.getName() + " is here");
        where.setStackTrace(watched.getStackTrace());
        LOG.atError()
                .addKeyValue("thread", watched.getName())
                .addKeyValue("timeout", timeout)
                .setCause(where)
                .log("device hangs: no checkpoint within the hang time-out");
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
