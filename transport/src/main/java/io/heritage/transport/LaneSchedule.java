package io.heritage.transport;

import io.heritage.schemas.Job;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which lane a worker is served from, and which lanes are members of their groups meanwhile. All
 * under one lock; the worker's thread and those of the lanes wait on one condition.
 *
 * <p>While the worker waits, all lanes are members and poll. Once it has a job for longer than the
 * grace, the others leave their groups, since a member acquires jobs whether it polls or not. When
 * the job ends, a better lane that has unfinished jobs is joined first; else the lane just served
 * is asked again at once; only when that comes up empty are the others joined.
 */
final class LaneSchedule {
    /** A poll this long finds what the broker has. */
    private static final Duration SETTLING = Duration.ofMillis(25);

    private static final Duration POLL = Duration.ofMillis(100);

    /** Joining takes two heartbeats of the group, 5 s each where brokers have their defaults. */
    private static final Duration JOIN_WITHIN = Duration.ofSeconds(12);

    /** A worker that asks again within this time keeps its lanes. */
    private static final Duration IDLE_GRACE = Duration.ofSeconds(2);

    /** A job returned so often is kept for the worker's next turn instead of being returned. */
    private static final int KEPT_FROM_DELIVERY = 3;

    private static final Comparator<Lane> BETTER_FIRST =
            Comparator.<Lane>comparingInt(lane -> lane.rank)
                    .thenComparingLong(lane -> lane.servedAt);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final QueueSettings settings;
    private final List<Lane> lanes;
    private @Nullable HeldJob current;
    private @Nullable Lane served;
    private long turnBegan;
    private boolean takerWaits;
    private long takerLeft = System.nanoTime();
    private boolean closed;

    /** What is known of a lane; its fields are guarded by the schedule's lock. */
    static final class Lane {
        private final String topic;
        private final int rank;
        private boolean wanted;
        private boolean member;
        private boolean joined;
        private boolean mayPoll = true;
        private @Nullable HeldJob offer;
        private long servedAt = Long.MIN_VALUE;

        /** Worse lanes wait until its next poll has come up with a job or with nothing. */
        private boolean pending;

        private long pendingSince;

        /**
         * @param rank 0 is served first
         */
        Lane(String topic, int rank) {
            this.topic = topic;
            this.rank = rank;
        }

        String topic() {
            return topic;
        }
    }

    LaneSchedule(List<Lane> lanes, QueueSettings settings) {
        this.lanes = List.copyOf(lanes);
        this.settings = settings;
    }

    // The worker's side.

    /**
     * Begins a {@link #take}.
     *
     * @return lanes to be served before the one served last, if they have jobs: they are not joined
     *     now
     */
    List<Lane> beginTaking() {
        lock.lock();
        try {
            requireFree();
            takerWaits = true;
            Lane last = served;
            if (last == null || !last.member) {
                wantAll();
                return List.of();
            }
            return lanes.stream().filter(lane -> isUnheardRival(lane, last)).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Joins lanes before any other is asked. */
    void preferLanes(Collection<Lane> waiting) {
        lock.lock();
        try {
            for (Lane lane : waiting) {
                lane.wanted = true;
                expect(lane);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Empty at the deadline, or when the queue is closed. */
    Optional<HeldJob> take(long deadlineNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                Optional<Lane> best = bestOffer();
                if (best.isPresent()) {
                    if (claim(best.get())) {
                        return Optional.ofNullable(current);
                    }
                } else {
                    letPoll();
                    long left = deadlineNanos - System.nanoTime();
                    if (left <= 0) {
                        return Optional.empty();
                    }
                    changed.awaitNanos(Math.min(left, POLL.toNanos()));
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    void endTaking() {
        lock.lock();
        try {
            takerWaits = false;
            takerLeft = System.nanoTime();
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
    boolean awaitWanted(Lane lane) {
        lock.lock();
        try {
            while (!closed && !lane.wanted) {
                await(POLL);
            }
            lane.member = !closed;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** False when the lane is to leave its group. */
    boolean awaitTurnToPoll(Lane lane) {
        lock.lock();
        try {
            while (!closed && lane.wanted) {
                if (lane.joined && isToLeave(lane)) {
                    lane.wanted = false;
                } else if (lane.mayPoll) {
                    return true;
                } else {
                    await(POLL);
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    Duration pollTime(Lane lane) {
        lock.lock();
        try {
            return lane.pending ? SETTLING : POLL;
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param joined whether the lane's consumer has been given its partition
     */
    void cameUpEmpty(Lane lane, boolean joined) {
        lock.lock();
        try {
            lane.joined = joined;
            if (joined && lane.pending) {
                lane.pending = false;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    HeldJob offer(Lane lane, Job job, int deliveries) {
        lock.lock();
        try {
            var held = new HeldJob(job, deliveries, settings.deliveryLimit(), lock, changed);
            lane.joined = true;
            lane.pending = false;
            lane.offer = held;
            changed.signalAll();
            return held;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the worker wants the job, for at most the given time.
     *
     * @return false if the job is to be given back instead
     */
    boolean awaitTaker(Lane lane, HeldJob held, Duration time) {
        lock.lock();
        try {
            long deadline = System.nanoTime() + time.toNanos();
            while (held.phase() == HeldJob.Phase.OFFERED && System.nanoTime() < deadline) {
                if (closed || (isToLeave(lane) && isReturnable(held))) {
                    lane.wanted = false;
                    return false;
                }
                await(POLL);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The phase when it changes, when the time is over or when the queue is closed. */
    HeldJob.Phase awaitEnd(HeldJob held, Duration time) {
        lock.lock();
        try {
            long deadline = System.nanoTime() + time.toNanos();
            long left;
            while (held.phase() == HeldJob.Phase.CLAIMED
                    && !closed
                    && (left = deadline - System.nanoTime()) > 0) {
                await(Duration.ofNanos(left));
            }
            return held.phase();
        } finally {
            lock.unlock();
        }
    }

    /** The lane is through with a job, however that went. */
    void release(Lane lane, HeldJob held) {
        lock.lock();
        try {
            lane.offer = null;
            if (held.phase() != HeldJob.Phase.ENDED) {
                held.moveTo(HeldJob.Phase.LOST);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The lane's consumer is closed; it joins again at once if the worker waits. */
    void left(Lane lane) {
        lock.lock();
        try {
            lane.member = false;
            lane.joined = false;
            lane.pending = false;
            lane.mayPoll = true;
            lane.wanted = lane.wanted && takerWaits;
            changed.signalAll();
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

    void pause(Duration time) {
        lock.lock();
        try {
            long deadline = System.nanoTime() + time.toNanos();
            long left;
            while (!closed && (left = deadline - System.nanoTime()) > 0) {
                await(Duration.ofNanos(left));
            }
        } finally {
            lock.unlock();
        }
    }

    // Under the lock.

    private void requireFree() {
        if (closed) {
            throw new IllegalStateException("the queue is closed");
        }
        if (isBusy()) {
            throw new IllegalStateException(
                    "the job taken before is neither finished nor given back");
        }
    }

    private boolean isBusy() {
        return current != null && current.isWithWorker();
    }

    /** A job that had to wait behind a running one first, then by rank, then in turn. */
    private Optional<Lane> bestOffer() {
        return offering()
                .filter(lane -> hasWaited(lane))
                .findFirst()
                .or(() -> offering().filter(this::precedesPending).min(BETTER_FIRST));
    }

    private Stream<Lane> offering() {
        return lanes.stream()
                .filter(lane -> lane.offer != null && lane.offer.phase() == HeldJob.Phase.OFFERED);
    }

    private boolean hasWaited(Lane lane) {
        return lane.offer != null && lane.offer.heldFor(settings.grace());
    }

    private boolean precedesPending(Lane lane) {
        return lanes.stream()
                .noneMatch(other -> isPending(other) && BETTER_FIRST.compare(other, lane) < 0);
    }

    private static boolean isPending(Lane lane) {
        return lane.pending && System.nanoTime() - lane.pendingSince < JOIN_WITHIN.toNanos();
    }

    /** Whether the job is ours now. */
    private boolean claim(Lane lane) throws InterruptedException {
        HeldJob offer = lane.offer;
        if (offer == null) {
            return false;
        }
        lane.mayPoll = false;
        offer.moveTo(HeldJob.Phase.WANTED);
        try {
            while (offer.phase() == HeldJob.Phase.WANTED) {
                changed.await();
            }
        } catch (InterruptedException e) {
            offer.moveTo(HeldJob.Phase.RETURNING);
            throw e;
        }
        if (offer.phase() != HeldJob.Phase.CLAIMED) {
            return false;
        }
        if (lane != served) {
            turnBegan = System.nanoTime();
        }
        lane.servedAt = System.nanoTime();
        served = lane;
        current = offer;
        return true;
    }

    /** The lane served last may poll again unless a better one is to be heard first. */
    private void letPoll() {
        if (lanes.stream().anyMatch(LaneSchedule::isPending)) {
            return;
        }
        Lane last = served;
        if (last != null && last.member && !last.mayPoll) {
            last.mayPoll = true;
            expect(last);
            changed.signalAll();
        } else {
            wantAll();
        }
    }

    private void wantAll() {
        for (Lane lane : lanes) {
            lane.wanted = true;
            lane.mayPoll = true;
        }
        changed.signalAll();
    }

    private static void expect(Lane lane) {
        lane.pending = true;
        lane.pendingSince = System.nanoTime();
    }

    private boolean isUnheardRival(Lane lane, Lane last) {
        boolean turnIsOver = System.nanoTime() - turnBegan > settings.turn().toNanos();
        return !lane.joined && (lane.rank < last.rank || (lane.rank == last.rank && turnIsOver));
    }

    private boolean isToLeave(Lane lane) {
        if (takerWaits) {
            return false;
        }
        HeldJob job = current;
        if (job != null && job.isWithWorker()) {
            return lane != served && job.runsFor(settings.grace());
        }
        return System.nanoTime() - takerLeft > IDLE_GRACE.toNanos();
    }

    private boolean isReturnable(HeldJob held) {
        return held.heldFor(settings.grace()) && held.deliveries() < KEPT_FROM_DELIVERY;
    }

    /** Once; callers look at their condition again. */
    @SuppressWarnings("WaitNotInLoop")
    private void await(Duration time) {
        try {
            changed.awaitNanos(time.toNanos());
        } catch (InterruptedException e) {
            closed = true;
            Thread.currentThread().interrupt();
        }
    }
}
