package io.heritage.chaos;

import static io.heritage.chaos.ObservedRun.answered;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.chaos.Checker.Rule;
import io.heritage.chaos.Observation.Asked;
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
    void aBrokerThatFailsOverExcusesOnlyThoseWhoseJobIsBeingQueued() {
        run.endA();
        run.endB();
        run.disturb(new Disturbance(Disturbance.Kind.KILL, "broker-1", 1000, 3000));
        run.add(answered(0, 29_000, Asked.RUNSYNC, 5_000));
        assertThat(run.broken()).isEmpty();
        run.add(answered(0, 29_000, Asked.STATUS_SYNC, 5_000));
        assertThat(run.broken()).containsExactly(Rule.LATE);
    }
}
