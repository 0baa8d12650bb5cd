package io.heritage.transport;

import io.heritage.schemas.Job;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job record that a lane's consumer has acquired, from the offer to its end. Two threads meet
 * here: the lane's, which talks to Kafka, and the worker's; both under the queue's lock.
 */
final class HeldJob implements ClaimedJob {
    private static final Logger LOG = LoggerFactory.getLogger(HeldJob.class);
    private static final Duration END_WITHIN = Duration.ofSeconds(60);

    /** Where the record stands between lane and worker. */
    enum Phase {
        /** Acquired by the lane, nobody took it yet. */
        OFFERED,
        /** The worker wants it, the lane is to claim it. */
        WANTED,
        /** With the worker. */
        CLAIMED,
        /** Not ours any more; the worker may not know yet. */
        LOST,
        /** The worker is done, the lane is to acknowledge it. */
        FINISHING,
        /** The worker gave up, the lane is to give it back. */
        RETURNING,
        ENDED
    }

    private final Job job;
    private final int deliveries;
    private final int deliveryLimit;
    private final ReentrantLock lock;
    private final Condition changed;
    private final long acquiredNanos = System.nanoTime();
    private Phase phase = Phase.OFFERED;
    private boolean endedByWorker;
    private long claimedNanos;

    HeldJob(Job job, int deliveries, int deliveryLimit, ReentrantLock lock, Condition changed) {
        this.job = job;
        this.deliveries = deliveries;
        this.deliveryLimit = deliveryLimit;
        this.lock = lock;
        this.changed = changed;
    }

    @Override
    public Job job() {
        return job;
    }

    @Override
    public int attempt() {
        return job.attemptsBefore() + deliveries;
    }

    @Override
    public boolean lastDelivery() {
        return deliveries >= deliveryLimit;
    }

    @Override
    public boolean held() {
        return phase() == Phase.CLAIMED;
    }

    @Override
    public void finish() {
        end(Phase.FINISHING);
    }

    @Override
    public void close() {
        end(Phase.RETURNING);
    }

    int deliveries() {
        return deliveries;
    }

    Phase phase() {
        lock.lock();
        try {
            return phase;
        } finally {
            lock.unlock();
        }
    }

    void moveTo(Phase next) {
        lock.lock();
        try {
            phase = next;
            if (next == Phase.CLAIMED) {
                claimedNanos = System.nanoTime();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean heldFor(Duration time) {
        return System.nanoTime() - acquiredNanos > time.toNanos();
    }

    boolean runsFor(Duration time) {
        return System.nanoTime() - claimedNanos > time.toNanos();
    }

    /** Whether the worker still has it in hand, as far as the worker knows. */
    boolean isWithWorker() {
        lock.lock();
        try {
            return !endedByWorker;
        } finally {
            lock.unlock();
        }
    }

    /** Once only: the first of {@link #finish} and {@link #close} counts. */
    private void end(Phase how) {
        lock.lock();
        try {
            if (endedByWorker) {
                return;
            }
            endedByWorker = true;
            if (phase == Phase.CLAIMED) {
                moveTo(how);
                awaitEnd();
            } else {
                LOG.atWarn()
                        .addKeyValue("jobId", job.id())
                        .log("the claim of a job was lost before it ended");
                moveTo(Phase.ENDED);
            }
        } finally {
            lock.unlock();
        }
    }

    private void awaitEnd() {
        long left = END_WITHIN.toNanos();
        boolean interrupted = false;
        while (phase != Phase.ENDED && phase != Phase.LOST && left > 0) {
            try {
                left = changed.awaitNanos(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (phase != Phase.ENDED) {
            LOG.atWarn()
                    .addKeyValue("jobId", job.id())
                    .addKeyValue(
                            "waitedSeconds",
                            TimeUnit.NANOSECONDS.toSeconds(END_WITHIN.toNanos() - left))
                    .log("Kafka did not confirm the end of a job; it may be delivered again");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
