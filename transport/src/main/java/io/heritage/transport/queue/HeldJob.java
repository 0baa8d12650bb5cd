package io.heritage.transport.queue;

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
        /** With the worker. */
        CLAIMED,
        /** Not ours any more; the worker may not know yet. */
        LOST,
        /** The worker is done, the lane is to acknowledge it. */
        FINISHING,
        /** The worker gave up or had no use for it, the lane is to give it back. */
        RETURNING,
        ENDED
    }

    private final Job job;
    private final String topic;
    private final long offset;
    private final int deliveries;
    private final QueueSettings settings;
    private final Duration lockTime;
    private final ReentrantLock lock;
    private final Condition changed;
    private final long acquiredNanos = System.nanoTime();
    private long confirmedNanos;
    private Phase phase = Phase.OFFERED;
    private boolean endedByWorker;

    /**
     * @param topic where the record lies
     * @param lockTime for so long after the last confirmation the broker gives it to nobody else
     * @param confirmedNanos not after it was acquired
     */
    HeldJob(
            Job job,
            String topic,
            long offset,
            int deliveries,
            QueueSettings settings,
            Duration lockTime,
            long confirmedNanos,
            ReentrantLock lock,
            Condition changed) {
        this.job = job;
        this.topic = topic;
        this.offset = offset;
        this.deliveries = deliveries;
        this.settings = settings;
        this.lockTime = lockTime;
        this.confirmedNanos = confirmedNanos;
        this.lock = lock;
        this.changed = changed;
    }

    @Override
    public Job job() {
        return job;
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public int attempt() {
        return job.attemptsBefore() + deliveries;
    }

    @Override
    public boolean lastDelivery() {
        return deliveries >= settings.deliveryLimit();
    }

    @Override
    public boolean held() {
        return phase() == Phase.CLAIMED && confirmedWithin(lockTime);
    }

    @Override
    public void finish() {
        end(Phase.FINISHING);
    }

    @Override
    public void close() {
        end(Phase.RETURNING);
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
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it has been offered for longer than the grace. */
    boolean hasWaited(long now) {
        return isOffered() && now - acquiredNanos > settings.grace().toNanos();
    }

    boolean isOffered() {
        return phase() == Phase.OFFERED;
    }

    /** Whether it is for the worker to say how it goes on. */
    boolean isOpen() {
        Phase now = phase();
        return now == Phase.OFFERED || now == Phase.CLAIMED;
    }

    /** Whether it is certainly ours; a lane renews it long before that ends. */
    boolean isConfirmed() {
        return confirmedWithin(lockTime.multipliedBy(3).dividedBy(4));
    }

    boolean confirmedWithin(Duration time) {
        lock.lock();
        try {
            return System.nanoTime() - confirmedNanos < time.toNanos();
        } finally {
            lock.unlock();
        }
    }

    /** The broker has renewed the claim after the given time. */
    void confirm(long nanos) {
        lock.lock();
        try {
            confirmedNanos = nanos;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * How long a busy worker keeps it from the others. A delivery is spent each time it goes back,
     * so half of the deliveries go back at once: each busy worker's lane then rests, until the job
     * is with an idle one. The next few are kept for a while, and the last two until the worker is
     * free: being returned never takes a job to its delivery limit.
     *
     * @return nanoseconds from now; beyond all bounds if it is not to be returned
     */
    long returnDue(long busySinceNanos) {
        long now = System.nanoTime();
        int limit = settings.deliveryLimit();
        long afterGrace = busySinceNanos + settings.grace().toNanos() - now;
        if (deliveries <= limit / 2) {
            return afterGrace;
        }
        return deliveries <= limit - 2
                ? Math.max(afterGrace, acquiredNanos + lockTime.toNanos() / 3 - now)
                : Long.MAX_VALUE;
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
