package io.heritage.transport.queue;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Standing of each lane for the worker. Before the first check it serves the models that it holds.
 * It serves all lanes if its models are unknown or Kafka does not answer. Any thread.
 */
final class ModelLanes {
    /** Joining a group takes up to two heartbeat intervals. */
    private static final Duration LONGEST_JOIN = Duration.ofSeconds(10);

    /** Longest time in which a lane with jobs may answer; a load takes longer. */
    private static final Duration IDLE_AFTER = Duration.ofSeconds(1);

    private @Nullable Set<String> resident;
    private @Nullable String working;
    private Map<LaneState, LaneStanding> chosen = Map.of();
    private boolean known = true;
    private boolean busy = true;
    private long freeAt;
    private long settledAt = System.nanoTime();

    /**
     * Notes that the worker is free and holds these models. A model that was just loaded should be
     * used first, so no lane is late at first.
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

    /** Notes that the worker will load the lane's model if it does not have it. */
    synchronized void took(LaneState lane) {
        busy = true;
        working = lane.model;
    }

    /** Sets the standing of lanes of models that it does not hold; it leaves all others. */
    synchronized void know(Map<LaneState, LaneStanding> lanes) {
        chosen = Map.copyOf(lanes);
        known = true;
    }

    /**
     * Notes that Kafka does not answer.
     *
     * @return whether it answered before
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

    /** Time since its set of held models last changed. */
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

    /** How long to wait for a lane that was asked; longer for a late one, which is joined first. */
    long toAnswer(LaneState lane, long usualNanos) {
        return standing(lane) == LaneStanding.LATE
                ? Math.max(usualNanos, LONGEST_JOIN.toNanos())
                : usualNanos;
    }
}
