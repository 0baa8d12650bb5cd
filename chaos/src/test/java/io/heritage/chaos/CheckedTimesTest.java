package io.heritage.chaos;

import static io.heritage.chaos.ObservedRun.answered;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.chaos.Checker.Rule;
import io.heritage.chaos.Observation.Asked;
import io.heritage.chaos.Observation.StreamPart;
import io.heritage.chaos.Observation.Streamed;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Faults are planted into when clients were answered. */
class CheckedTimesTest {
    private final ObservedRun run = new ObservedRun();

    @Test
    void anAnswerLongAfterTheWaitIsFound() {
        run.endA();
        run.endB();
        run.add(answered(0, 15_600, Asked.STATUS_SYNC, 5_000));
        assertThat(run.broken()).containsExactly(Rule.LATE);
    }

    @Test
    void aStoppedGatewayAnswersLaterByThatTimeOnly() {
        run.endA();
        run.endB();
        run.disturb(new Disturbance(Disturbance.Kind.STOP, "gateway-1", 1000, 21_000));
        run.add(answered(0, 30_000, Asked.STREAM, 5_000));
        assertThat(run.broken()).isEmpty();
        run.add(answered(0, 36_000, Asked.STREAM, 5_000));
        assertThat(run.broken()).containsExactly(Rule.LATE);
    }

    @Test
    void aBrokerThatFailsOverExcusesOnlyAnswersThatAreWrittenFirst() {
        run.endA();
        run.endB();
        run.disturb(new Disturbance(Disturbance.Kind.KILL, "broker-1", 1000, 3000));
        run.add(answered(0, 29_000, Asked.RUNSYNC, 5_000));
        assertThat(late()).isZero();
        stream(100, -1, List.of(new StreamPart(0, "h")));
        assertThat(late()).isZero();
        stream(200, 0, List.of(new StreamPart(0, "h")));
        assertThat(late()).as("with from nothing is written").isEqualTo(1);
        stream(300, -1, List.of());
        assertThat(late()).as("nothing was given").isEqualTo(2);
    }

    private void stream(long began, int from, List<StreamPart> parts) {
        long at = began + 29_000;
        run.add(new Streamed(began, at, "A", from, "COMPLETED", 0, parts));
        run.add(answered(began, at, Asked.STREAM, 5_000));
    }

    private long late() {
        return run.broken().stream().filter(Rule.LATE::equals).count();
    }

    @Test
    void aBrokerThatFailsOverExcusesNoAnswerAboutAState() {
        run.endA();
        run.endB();
        run.disturb(new Disturbance(Disturbance.Kind.KILL, "broker-1", 1000, 3000));
        run.add(answered(0, 29_000, Asked.STATUS_SYNC, 5_000));
        assertThat(run.broken()).containsExactly(Rule.LATE);
    }
}
