package io.heritage.transport.queue;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Synchronises the worker's thread with the threads of the lanes, under one lock and one condition.
 * {@link LaneChoice} decides which lane is asked, and whose job the worker gets.
 *
 * <p>A lane that is asked fetches until it has a job, which it offers to the worker; several if
 * jobs are short, see {@link LanePace}. Once its jobs have ended or gone back it rests, until it is
 * asked again. The worker asks one lane after the other, the best first, and only as long as none
 * has a job for it. So a lane whose job the worker could not take rests, and costs that job no
 * further delivery. Lanes asked before keep fetching while the worker is busy; their jobs then go
 * back to other workers.
 */
final class LaneSchedule {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final QueueSettings settings;
    private final List<LaneState> lanes;
    private final ModelLanes models = new ModelLanes();
    private final LaneChoice choice;
    private boolean takerWaits;
    private long takerLeft = System.nanoTime();
    private boolean closed;
    private @Nullable RuntimeException failure;

    LaneSchedule(List<LaneState> lanes, QueueSettings settings) {
        this.lanes = List.copyOf(lanes);
        this.settings = settings;
        this.choice = new LaneChoice(lanes, models, settings, changed::signalAll);
    }

    // The worker's side.

    /**
     * Empty at the deadline, or when the queue is closed.
     *
     * @throws RuntimeException that a lane failed with, whatever the others hold
     */
    Optional<HeldJob> take(long deadlineNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            requireOpen();
            requireLanes();
            choice.begin();
            takerWaits = true;
            Optional<HeldJob> next = choice.next();
            long left;
            while (next.isEmpty() && !closed && (left = deadlineNanos - System.nanoTime()) > 0) {
                var _ = changed.awaitNanos(Math.min(left, choice.lookAgainIn()));
                requireLanes();
                next = choice.next();
            }
            return next;
        } finally {
            takerWaits = false;
            takerLeft = System.nanoTime();
            changed.signalAll();
            lock.unlock();
        }
    }

    /** Stops asking lanes of other endpoints for jobs. */
    void serve(Predicate<EndpointId> endpoints) {
        lock.lock();
        try {
            lanes.forEach(lane -> lane.suspended = !endpoints.test(lane.endpoint));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Standing of lanes by their models; call {@link #wake} after a change. */
    ModelLanes models() {
        return models;
    }

    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // The lanes' side.

    /** False when the queue is closed. */
    boolean awaitAsked(LaneState lane) {
        return awaitAsked(lane, Long.MAX_VALUE);
    }

    /**
     * Also returns when the time is over, or the lane is left to other workers.
     *
     * @return false when the queue is closed
     */
    boolean awaitAsked(LaneState lane, long nanos) {
        lock.lock();
        try {
            long began = System.nanoTime();
            long left;
            while (!closed
                    && !lane.asked
                    && !choice.isLeft(lane)
                    && (left = nanos - (System.nanoTime() - began)) > 0) {
                await(left);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    boolean isSuspended(LaneState lane) {
        lock.lock();
        try {
            return choice.isNotServed(lane);
        } finally {
            lock.unlock();
        }
    }

    /** Returns when the lane's jobs may be fetched, or the queue is closed. */
    void awaitServed(LaneState lane) {
        lock.lock();
        try {
            while (!closed && choice.isNotServed(lane)) {
                await(Long.MAX_VALUE);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the worker must leave the lane's group, which would count it as a member. */
    boolean isLeft(LaneState lane) {
        lock.lock();
        try {
            return choice.isLeft(lane);
        } finally {
            lock.unlock();
        }
    }

    boolean isAsked(LaneState lane) {
        lock.lock();
        try {
            return lane.asked;
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param confirmedNanos when the lane is known not to have had the job yet
     */
    HeldJob offer(
            LaneState lane,
            Job job,
            String topic,
            long offset,
            int deliveries,
            Duration lockTime,
            long confirmedNanos) {
        lock.lock();
        try {
            var held =
                    new HeldJob(
                            job,
                            topic,
                            offset,
                            deliveries,
                            settings,
                            lockTime,
                            confirmedNanos,
                            lock,
                            changed);
            lane.offers.add(held);
            changed.signalAll();
            return held;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns when a job of the lane needs an action, or when the time is over. Ends are collected
     * for a moment as long as more are expected.
     */
    void awaitWork(Collection<HeldJob> held, Duration time) {
        lock.lock();
        try {
            long deadline = System.nanoTime() + time.toNanos();
            while (!closed && held.stream().anyMatch(HeldJob::isOpen)) {
                long left = Math.min(deadline - System.nanoTime(), returnUseless(held));
                left = Math.min(left, endsDueIn(held));
                if (left <= 0) {
                    return;
                }
                await(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * @return nanoseconds until the next job must be returned
     */
    private long returnUseless(Collection<HeldJob> held) {
        long next = Long.MAX_VALUE;
        if (takerWaits) {
            return next;
        }
        Duration grace = held.size() > 1 ? settings.grace().dividedBy(4) : settings.grace();
        for (HeldJob job : held) {
            if (job.isOffered()) {
                long due = job.returnDue(takerLeft, grace);
                if (due <= 0) {
                    job.moveTo(HeldJob.Phase.RETURNING);
                } else {
                    next = Math.min(next, due);
                }
            }
        }
        return next;
    }

    private static long endsDueIn(Collection<HeldJob> held) {
        long now = System.nanoTime();
        long next = Long.MAX_VALUE;
        for (HeldJob job : held) {
            next = Math.min(next, job.endDueIn(now));
        }
        return next;
    }

    /** The lane has finished a job, with whatever outcome, or has failed. */
    void rest(LaneState lane) {
        lock.lock();
        try {
            for (HeldJob held : lane.offers) {
                if (held.phase() != HeldJob.Phase.ENDED) {
                    held.moveTo(HeldJob.Phase.LOST);
                }
            }
            lane.offers.clear();
            lane.asked = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A lane has failed for good; the first failure is kept. */
    void fail(RuntimeException why) {
        lock.lock();
        try {
            failure = failure == null ? why : failure;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Records how long Kafka took to answer. */
    void tookRoundTrip(long nanos) {
        lock.lock();
        try {
            choice.tookRoundTrip(nanos);
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Notes whether the lane's consumer is a member of its group. */
    void setJoined(LaneState lane, boolean joined) {
        lock.lock();
        try {
            lane.joined = joined;
        } finally {
            lock.unlock();
        }
    }

    /** Topics of lanes whose jobs this worker does not get. */
    List<String> unjoined() {
        lock.lock();
        try {
            return lanes.stream()
                    .filter(lane -> !lane.joined && !choice.isLeft(lane))
                    .map(lane -> lane.topic)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Jobs that lanes offer and the worker has not taken. */
    List<HeldJob> offers() {
        lock.lock();
        try {
            return lanes.stream()
                    .flatMap(lane -> lane.offers.stream())
                    .filter(HeldJob::isOffered)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    void pause(Duration time) {
        lock.lock();
        try {
            long deadline = System.nanoTime() + time.toNanos();
            long left;
            while (!closed && (left = deadline - System.nanoTime()) > 0) {
                await(left);
            }
        } finally {
            lock.unlock();
        }
    }

    // Under the lock.

    private void requireLanes() {
        if (failure != null) {
            throw failure;
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the queue is closed");
        }
    }

    /** Waits once; callers check their condition again. */
    @SuppressWarnings("WaitNotInLoop")
    private void await(long nanos) {
        try {
            var _ = changed.awaitNanos(nanos);
        } catch (InterruptedException e) {
            closed = true;
            Thread.currentThread().interrupt();
        }
    }
}
