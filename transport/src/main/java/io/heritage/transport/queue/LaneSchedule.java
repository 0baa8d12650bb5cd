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
 * Where the worker's thread and those of the lanes wait for each other: all under one lock, on one
 * condition. Which lane is asked, and whose job the worker gets, {@link LaneChoice} decides.
 *
 * <p>A lane that is asked fetches until it has a job, which it offers to the worker; several if
 * jobs are short, see {@link LanePace}. Once what it offered has ended or gone back it rests, until
 * it is asked again. The worker asks one lane after the other, the best first, and only as long as
 * none has a job for it: so a lane that rests, since the worker had no use for its job, costs that
 * job no further delivery. Lanes asked before go on fetching while the worker is busy; what they
 * get then goes back to the other workers.
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

    /** From now on lanes of other endpoints are not asked for jobs. */
    void serve(Predicate<EndpointId> endpoints) {
        lock.lock();
        try {
            lanes.forEach(lane -> lane.suspended = !endpoints.test(lane.endpoint));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How lanes stand by their models; {@link #wake} after it has changed. */
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
     * Returns also when the time is over, or the lane is left to others.
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

    /** Whether the worker is to be no member of its group, which would count it. */
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
     * Returns when the lane has something to do with what it holds, or when the time is over. Ends
     * are collected for a moment as long as others are to come.
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
     * @return nanoseconds until the next is to be returned
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

    /** How long Kafka took to answer just now. */
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

    /** The lane's consumer is a member of its group, or has been refused or thrown out. */
    void setJoined(LaneState lane, boolean joined) {
        lock.lock();
        try {
            lane.joined = joined;
        } finally {
            lock.unlock();
        }
    }

    /** Topics of the lanes that this worker gets no jobs of. */
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

    /** Jobs that lanes have got for the worker and it has not taken. */
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

    /** Once; callers look at their condition again. */
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
