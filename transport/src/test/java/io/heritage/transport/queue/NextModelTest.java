package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A load of either model takes 20 s; the worker holds neither. */
class NextModelTest {
    private static final Duration LOAD = Duration.ofSeconds(20);
    private static final HeldModels MODELS =
            new HeldModels() {
                @Override
                public Set<String> resident() {
                    return Set.of();
                }

                @Override
                public Duration loadTime(String model) {
                    return LOAD;
                }
            };

    private final LaneState small = lane("small", 0);
    private final LaneState large = lane("large", 0);
    private final NextModel choice = new NextModel(new Random(1));
    private final Map<LaneState, ModelDemand> demands = new HashMap<>();
    private long now;

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        // what, members, unfinished, old, settled for seconds, standing
        "no jobs, 0, 0, 0, 100, AWAY",
        "nobody serves it and a job is new, 0, 1, 0, 100, SPARE",
        "nobody serves it and a job is old, 0, 1, 1, 20, LATE",
        "but the model held was loaded just now, 0, 1, 1, 19, SPARE",
        "somebody serves it and jobs are new, 1, 9, 0, 100, AWAY",
        "the old job is with who serves it, 1, 9, 1, 100, AWAY",
        "one more is old, 1, 9, 2, 100, LATE",
        "as many serve it as there are old jobs, 3, 9, 3, 100, AWAY",
    })
    void whenAWorkerGoesToAModelThatItDoesNotHold(
            String what,
            int members,
            long unfinished,
            long old,
            long settled,
            LaneStanding standing) {
        demands.put(large, new ModelDemand(members, unfinished, old, 0));
        assertThat(standingOf(large, Duration.ofSeconds(settled))).as(what).isEqualTo(standing);
    }

    @Test
    void anIdleWorkerGoesWhereNothingHasMovedForALoad() {
        demands.put(large, new ModelDemand(1, 2, 1, 7));
        assertThat(standingOf(large, Duration.ZERO)).isEqualTo(LaneStanding.AWAY);

        now += LOAD.minusMillis(1).toNanos();
        assertThat(standingOf(large, Duration.ZERO)).isEqualTo(LaneStanding.AWAY);
        now += Duration.ofMillis(1).toNanos();
        assertThat(standingOf(large, Duration.ZERO)).isEqualTo(LaneStanding.SPARE);

        demands.put(large, new ModelDemand(1, 1, 1, 8));
        assertThat(standingOf(large, Duration.ZERO)).isEqualTo(LaneStanding.AWAY);
    }

    @Test
    void ofTwoModelsTheWorkerGoesToOneAndStaysWithIt() {
        demands.put(small, new ModelDemand(1, 4, 3, 0));
        demands.put(large, new ModelDemand(0, 1, 1, 0));
        assertThat(choose(LOAD)).containsExactly(Map.entry(large, LaneStanding.LATE));

        demands.put(small, new ModelDemand(0, 9, 9, 0));
        assertThat(choose(LOAD)).containsExactly(Map.entry(large, LaneStanding.LATE));
    }

    @Test
    void aLateJobComesBeforeOneThatOnlyAnIdleWorkerTakes() {
        demands.put(small, new ModelDemand(0, 1, 0, 0));
        assertThat(choose(LOAD)).containsOnlyKeys(small);

        demands.put(large, new ModelDemand(1, 2, 2, 0));
        assertThat(choose(LOAD)).containsOnlyKeys(large);
    }

    @Test
    void lanesOfTheSameModelAreServedTogether() {
        LaneState low = lane("large", 1);
        demands.put(large, new ModelDemand(0, 1, 1, 0));
        demands.put(low, new ModelDemand(0, 1, 0, 0));
        assertThat(choose(LOAD))
                .containsOnly(
                        Map.entry(large, LaneStanding.LATE), Map.entry(low, LaneStanding.SPARE));
    }

    private LaneStanding standingOf(LaneState lane, Duration settled) {
        return choose(settled).getOrDefault(lane, LaneStanding.AWAY);
    }

    private Map<LaneState, LaneStanding> choose(Duration settled) {
        return choice.choose(demands, MODELS, settled, now);
    }

    private static LaneState lane(String model, int rank) {
        return new LaneState(new EndpointId("e"), model + rank, rank, model);
    }
}
