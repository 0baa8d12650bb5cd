package io.heritage.processor.job;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A request to stop, and how long a running job may continue. Any thread. */
public final class Shutdown {
    private final Clock clock;
    private final Duration grace;
    private final CountDownLatch requested = new CountDownLatch(1);
    private volatile @Nullable Instant graceEnds;

    public Shutdown(Clock clock, Duration grace) {
        this.clock = clock;
        this.grace = grace;
    }

    public synchronized void request() {
        if (graceEnds == null) {
            graceEnds = clock.instant().plus(grace);
            requested.countDown();
        }
    }

    /** Whether no further job may be taken. */
    public boolean isRequested() {
        return requested.getCount() == 0;
    }

    /** Whether the running job must be handed back. */
    public boolean isUrgent() {
        Instant end = graceEnds;
        return end != null && !clock.instant().isBefore(end);
    }

    /** Waits until a stop is requested. */
    public void await() throws InterruptedException {
        requested.await();
    }

    /** Waits for the given time, or until a stop is requested. */
    public void await(Duration time) throws InterruptedException {
        boolean stopping = requested.await(time.toMillis(), TimeUnit.MILLISECONDS);
        assert stopping == isRequested() || isRequested();
    }
}
