package io.heritage.transport.queue;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns among the lanes of a worker. Guarded by the schedule's lock. */
final class LaneTurns {
    private final Duration turn;
    private final ModelLanes models;
    private @Nullable LaneState served;
    private long turnBegan;

    /**
     * @param turn how long a lane is served before others of its rank
     */
    LaneTurns(Duration turn, ModelLanes models) {
        this.turn = turn;
        this.models = models;
    }

    /** The lane whose job was taken last; null before the first. */
    @Nullable LaneState served() {
        return served;
    }

    /** Notes that a job of this lane was taken. */
    void took(LaneState lane) {
        long now = System.nanoTime();
        if (lane != served) {
            turnBegan = now;
        }
        lane.servedAt = now;
        served = lane;
    }

    /**
     * Order of lanes: one whose job had to wait behind others comes first; then by rank, standing
     * of its model, the current turn, and the time since its last turn.
     */
    List<LaneState> bestFirst(Collection<LaneState> lanes) {
        long now = System.nanoTime();
        boolean turnLasts = now - turnBegan < turn.toNanos();
        Map<LaneState, LaneStanding> standings =
                lanes.stream().collect(Collectors.toMap(Function.identity(), models::standing));
        return lanes.stream()
                .sorted(
                        Comparator.<LaneState, Boolean>comparing(
                                        lane -> !lane.hasOfferThatWaited(now))
                                .thenComparingInt(lane -> lane.rank)
                                .thenComparing(
                                        lane -> standings.getOrDefault(lane, LaneStanding.OWN))
                                .thenComparing(lane -> !(turnLasts && lane == served))
                                .thenComparingLong(lane -> lane.servedAt))
                .toList();
    }
}
