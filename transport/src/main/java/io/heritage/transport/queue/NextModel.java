package io.heritage.transport.queue;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the model that a worker loads next, and when. A worker serves the models that it holds.
 * It changes to another model
 *
 * <ul>
 *   <li>before its own jobs, if more jobs of that model have waited for longer than a load than
 *       workers serve it, and its own model has been of use for as long as that load takes;
 *   <li>when it has nothing else to do, if no worker serves that model, or too few do, or it has
 *       made no progress for as long as a load takes.
 * </ul>
 *
 * <p>So a load is worth its time, no model starves, and of many workers few go to the same one: who
 * has gone there counts as serving it. Used by one thread.
 */
final class NextModel {
    private final RandomGenerator random;
    private final Map<LaneState, Progress> seen = new HashMap<>();
    private @Nullable Wanted wanted;

    /** Progress of a lane, and the time of its last change. */
    private record Progress(long finished, long sinceNanos) {}

    private record Wanted(String endpoint, String model) {
        static Wanted of(LaneState lane) {
            return new Wanted(lane.endpoint.value(), Objects.requireNonNull(lane.model));
        }
    }

    private record Candidate(LaneState lane, ModelDemand demand, LaneStanding standing, int lot) {}

    NextModel(RandomGenerator random) {
        this.random = random;
    }

    /**
     * @param demands of lanes of models that the worker does not hold, without itself as a member
     * @param settled time since its set of held models last changed
     * @return lanes of one further model to serve; empty for none
     */
    Map<LaneState, LaneStanding> choose(
            Map<LaneState, ModelDemand> demands, HeldModels models, Duration settled, long now) {
        seen.keySet().retainAll(demands.keySet());
        List<Candidate> all =
                demands.entrySet().stream()
                        .map(entry -> {
                            LaneState lane = entry.getKey();
                            ModelDemand demand = entry.getValue();
                            Duration load = models.loadTime(Objects.requireNonNull(lane.model));
                            return new Candidate(
                                    lane,
                                    demand,
                                    standing(lane, demand, load, settled, now),
                                    random.nextInt());
                        })
                        .filter(candidate -> candidate.standing != LaneStanding.AWAY)
                        .toList();
        wanted = best(all).map(candidate -> Wanted.of(candidate.lane)).orElse(null);
        return all.stream()
                .filter(candidate -> Wanted.of(candidate.lane).equals(wanted))
                .collect(Collectors.toMap(Candidate::lane, Candidate::standing));
    }

    private LaneStanding standing(
            LaneState lane, ModelDemand demand, Duration load, Duration settled, long now) {
        Progress before = seen.get(lane);
        if (before == null || before.finished != demand.finished()) {
            before = new Progress(demand.finished(), now);
            seen.put(lane, before);
        }
        if (!demand.hasJobs()) {
            return LaneStanding.AWAY;
        }
        boolean tooFew = demand.old() > demand.members();
        if (tooFew && settled.compareTo(load) >= 0) {
            return LaneStanding.LATE;
        }
        boolean still = demand.old() > 0 && now - before.sinceNanos >= load.toNanos();
        return tooFew || still || demand.members() == 0 ? LaneStanding.SPARE : LaneStanding.AWAY;
    }

    /** The previous choice, unless another is more urgent: a change takes a while. */
    private Optional<Candidate> best(List<Candidate> all) {
        return all.stream()
                .min(
                        Comparator.comparing(Candidate::standing)
                                .thenComparingInt(candidate -> candidate.lane.rank)
                                .thenComparing(
                                        candidate -> !Wanted.of(candidate.lane).equals(wanted))
                                .thenComparingInt(candidate -> candidate.demand.members())
                                .thenComparingLong(candidate -> -candidate.demand.old())
                                .thenComparingInt(Candidate::lot));
    }
}
