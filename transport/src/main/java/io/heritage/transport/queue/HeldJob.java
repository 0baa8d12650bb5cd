package io.heritage.transport.queue;

import io.heritage.schemas.Job;
import io.heritage.transport.log.Sent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job record that a lane's consumer has acquired, from the offer to its end. Used by two threads,
 * the lane's, which calls Kafka, and the worker's; both hold the queue's lock.
 */
final class HeldJob implements ClaimedJob {
    private static final Logger LOG = LoggerFactory.getLogger(HeldJob.class);
    private static final Duration END_WITHIN = Duration.ofSeconds(60);

    /** State of the record between lane and worker. */
    enum Phase {
        /** Acquired by the lane, not yet taken by the worker. */
        OFFERED,
        /** With the worker. */
        CLAIMED,
        /** No longer ours; the worker may not know yet. */
        LOST,
        /** The worker has finished; the terminal event is not known to be durable. */
        ENDING,
        /** The worker has finished; the lane must acknowledge it. */
        FINISHING,
        /** The worker gave up or had no use for it; the lane must give it back. */
        RETURNING,
        ENDED
    }

    /** Jobs that end within this time are acknowledged together. */
    private static final Duration COLLECT_ENDS = Duration.ofMillis(20);

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
    private long claimedNanos;
    private long doneNanos;
    private long endedNanos;

    /**
     * @param topic where the record lies
     * @param lockTime time after the last confirmation in which no other worker gets it
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
    public void finishWhen(Sent end) {
        if (endOfWork(Phase.ENDING)) {
            end.whenDone(durable -> settle(durable ? Phase.FINISHING : Phase.RETURNING));
        }
    }

    private void settle(Phase how) {
        lock.lock();
        try {
            if (phase == Phase.ENDING) {
                moveTo(how);
            }
        } finally {
            lock.unlock();
        }
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
            switch (next) {
                case CLAIMED -> claimedNanos = System.nanoTime();
                case ENDING, FINISHING, RETURNING -> endedNanos = System.nanoTime();
                case OFFERED, LOST, ENDED -> {}
            }
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

    /** Whether the lane only has to keep the claim. */
    boolean isOpen() {
        return switch (phase()) {
            case OFFERED, CLAIMED, ENDING -> true;
            case LOST, FINISHING, RETURNING, ENDED -> false;
        };
    }

    /** Whether the worker has finished it or lost it. */
    boolean isOver() {
        return switch (phase()) {
            case LOST, ENDING, FINISHING, ENDED -> true;
            case OFFERED, CLAIMED, RETURNING -> false;
        };
    }

    /** Time that the worker has had it; zero if it never did. */
    Duration worked(long now) {
        lock.lock();
        try {
            long until = endedByWorker ? doneNanos : now;
            return claimedNanos == 0 ? Duration.ZERO : Duration.ofNanos(until - claimedNanos);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Nanoseconds until the lane must acknowledge or return it; {@link Long#MAX_VALUE} for never.
     */
    long endDueIn(long now) {
        lock.lock();
        try {
            return switch (phase) {
                case RETURNING, LOST -> 0;
                case FINISHING -> COLLECT_ENDS.toNanos() - (now - endedNanos);
                case OFFERED, CLAIMED, ENDING, ENDED -> Long.MAX_VALUE;
            };
        } finally {
            lock.unlock();
        }
    }

    /** Whether the lock has certainly not expired; a lane renews it long before. */
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
     * How long a busy worker keeps the job from others. Each return costs a delivery, so only half
     * of the deliveries are returned at once: each busy worker's lane then rests, until an idle one
     * has the job. The next few are kept for a while, and the last two until the worker is free, so
     * that returns never take a job to its delivery limit.
     *
     * @return nanoseconds from now; {@link Long#MAX_VALUE} if it must not be returned
     */
    long returnDue(long busySinceNanos) {
        return returnDue(busySinceNanos, settings.grace());
    }

    long returnDue(long busySinceNanos, Duration grace) {
        long now = System.nanoTime();
        int limit = settings.deliveryLimit();
        long afterGrace = busySinceNanos + grace.toNanos() - now;
        if (deliveries <= limit / 2) {
            return afterGrace;
        }
        return deliveries <= limit - 2
                ? Math.max(afterGrace, acquiredNanos + lockTime.toNanos() / 3 - now)
                : Long.MAX_VALUE;
    }

    /** Whether the worker still has it, as far as the worker knows. */
    boolean isWithWorker() {
        lock.lock();
        try {
            return !endedByWorker;
        } finally {
            lock.unlock();
        }
    }

    private void end(Phase how) {
        lock.lock();
        try {
            if (endOfWork(how)) {
                awaitEnd();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Only the first of {@link #finish}, {@link #finishWhen} and {@link #close} counts.
     *
     * @return whether the lane has something to do
     */
    private boolean endOfWork(Phase how) {
        lock.lock();
        try {
            if (endedByWorker) {
                return false;
            }
            endedByWorker = true;
            doneNanos = System.nanoTime();
            if (phase == Phase.CLAIMED) {
                moveTo(how);
                return true;
            }
            LOG.atWarn().addKeyValue("jobId", job.id()).log("claim lost before the job ended");
            moveTo(Phase.ENDED);
            return false;
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
                    .log("Kafka did not confirm the end of the job; it may be delivered again");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
