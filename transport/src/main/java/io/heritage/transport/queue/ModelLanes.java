package io.heritage.transport.queue;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How each lane stands with the worker. Before the first look it serves what it holds; where
 * nothing is known of its models, or Kafka does not tell, all lanes. Any thread.
 */
final class ModelLanes {
    /** Joining a group takes up to two of its heartbeats. */
    private static final Duration LONGEST_JOIN = Duration.ofSeconds(10);

    /** A lane may take so long to answer and have jobs; a load takes longer. */
    private static final Duration IDLE_AFTER = Duration.ofSeconds(1);

    private @Nullable Set<String> resident;
    private @Nullable String working;
    private Map<LaneState, LaneStanding> chosen = Map.of();
    private boolean known = true;
    private boolean busy = true;
    private long freeAt;
    private long settledAt = System.nanoTime();

    /**
     * The worker is free, and holds these models. A model that was loaded is to be of use first, so
     * no lane is late at first.
     */
    synchronized void holds(Set<String> models) {
        working = null;
        if (busy) {
            busy = false;
            freeAt = System.nanoTime();
        }
        if (!models.equals(resident)) {
            resident = Set.copyOf(models);
            settledAt = System.nanoTime();
            chosen = Map.of();
        }
    }

    /** The worker is about to have the lane's model, if it does not have it. */
    synchronized void took(LaneState lane) {
        busy = true;
        working = lane.model;
    }

    /** How the lanes of models that it does not hold stand; those that are left out are left. */
    synchronized void know(Map<LaneState, LaneStanding> lanes) {
        chosen = Map.copyOf(lanes);
        known = true;
    }

    /**
     * Kafka does not tell.
     *
     * @return whether it did before
     */
    synchronized boolean knowNothing() {
        boolean before = known;
        known = false;
        return before;
    }

    synchronized boolean isHeld(LaneState lane) {
        return resident == null
                || lane.model == null
                || lane.model.equals(working)
                || resident.contains(lane.model);
    }

    /** For how long it has held what it holds. */
    synchronized Duration settled() {
        return Duration.ofNanos(System.nanoTime() - settledAt);
    }

    synchronized LaneStanding standing(LaneState lane) {
        if (isHeld(lane) || !known) {
            return LaneStanding.OWN;
        }
        LaneStanding found = chosen.getOrDefault(lane, LaneStanding.AWAY);
        return found == LaneStanding.SPARE && !isIdle() ? LaneStanding.AWAY : found;
    }

    private boolean isIdle() {
        return !busy && System.nanoTime() - freeAt >= IDLE_AFTER.toNanos();
    }

    /** How long a lane that was asked is waited for: a late one is joined first. */
    long toAnswer(LaneState lane, long usualNanos) {
        return standing(lane) == LaneStanding.LATE
                ? Math.max(usualNanos, LONGEST_JOIN.toNanos())
                : usualNanos;
    }
}
