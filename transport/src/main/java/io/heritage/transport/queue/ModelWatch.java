package io.heritage.transport.queue;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the lanes of models that a worker does not hold, on a separate thread. The interval is
 * random, because workers that check at the same time would choose the same lane.
 */
final class ModelWatch implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelWatch.class);
    private static final Duration MOST_OFTEN = Duration.ofMillis(250);
    private static final Duration LEAST_OFTEN = Duration.ofSeconds(2);

    /** Number of checks within the time of a load. */
    private static final int LOOKS = 8;

    /** A worker serves all lanes after this time without an answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LaneSchedule schedule;
    private final List<LaneState> lanes;
    private final HeldModels models;
    private final ModelDemands demands;
    private final NextModel choice;
    private final RandomGenerator random;
    private final Runnable changed;
    private long answeredAt = System.nanoTime();

    /**
     * @param lanes those of models
     * @param changed called after each look
     */
    ModelWatch(
            LaneSchedule schedule,
            Collection<LaneState> lanes,
            HeldModels models,
            ModelDemands demands,
            RandomGenerator random,
            Runnable changed) {
        this.schedule = schedule;
        this.lanes = List.copyOf(lanes);
        this.models = models;
        this.demands = demands;
        this.choice = new NextModel(random);
        this.random = random;
        this.changed = changed;
    }

    @Override
    public void run() {
        while (!schedule.isClosed()) {
            long every = every().toMillis();
            schedule.pause(Duration.ofMillis(every / 2 + random.nextLong(every)));
            look();
        }
    }

    private void look() {
        ModelLanes known = schedule.models();
        try {
            Map<LaneState, ModelDemand> others = new HashMap<>();
            demands.of(lanes, models::loadTime)
                    .forEach((lane, demand) -> {
                        if (!known.isHeld(lane) && !lane.suspended) {
                            others.put(lane, isMember(lane) ? demand.withoutOneMember() : demand);
                        }
                    });
            known.know(choice.choose(others, models, known.settled(), System.nanoTime()));
            answeredAt = System.nanoTime();
        } catch (RuntimeException e) { // looked at again, whatever it was
            LOG.atDebug().setCause(e).log("the lanes of models do not answer; will retry");
            if (System.nanoTime() - answeredAt > PATIENCE.toNanos() && known.knowNothing()) {
                LOG.atWarn()
                        .addKeyValue("cause", e.toString())
                        .log(
                                "the lanes of models do not answer; all are served alike until they do");
            }
        }
        changed.run();
    }

    /** Whether this worker counts among those that serve the model at the endpoint. */
    private boolean isMember(LaneState lane) {
        return lanes.stream()
                .anyMatch(other ->
                        other.member
                                && other.endpoint.equals(lane.endpoint)
                                && Objects.equals(other.model, lane.model));
    }

    private Duration every() {
        Duration shortest =
                lanes.stream()
                        .map(lane -> models.loadTime(Objects.requireNonNull(lane.model)))
                        .min(Duration::compareTo)
                        .orElse(LEAST_OFTEN)
                        .dividedBy(LOOKS);
        if (shortest.compareTo(MOST_OFTEN) < 0) {
            return MOST_OFTEN;
        }
        return shortest.compareTo(LEAST_OFTEN) > 0 ? LEAST_OFTEN : shortest;
    }
}
