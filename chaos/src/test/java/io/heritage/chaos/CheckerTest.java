package io.heritage.chaos;

import static io.heritage.chaos.ObservedRun.PARTS_A;
import static io.heritage.chaos.ObservedRun.PARTS_B;
import static io.heritage.chaos.ObservedRun.answered;
import static io.heritage.chaos.ObservedRun.failed;
import static io.heritage.chaos.ObservedRun.hooked;
import static io.heritage.chaos.ObservedRun.state;
import static io.heritage.chaos.ObservedRun.streamed;
import static io.heritage.chaos.ObservedRun.submitted;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.chaos.Checker.Rule;
import io.heritage.chaos.Observation.Acknowledged;
import io.heritage.chaos.Observation.Asked;
import io.heritage.chaos.Observation.Cancelled;
import io.heritage.chaos.Observation.Hooked;
import io.heritage.chaos.Observation.Purged;
import io.heritage.chaos.Observation.Repeated;
import io.heritage.chaos.Observation.Retried;
import io.heritage.chaos.Observation.State;
import io.heritage.chaos.Observation.Submitted;
import io.heritage.chaos.Observation.Unknown;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each fault of a service that the checker is there for is planted into what clients saw. */
class CheckerTest {
    private final ObservedRun run = new ObservedRun();

    @Test
    void whatIsAsPromisedBreaksNoRule() {
        run.add(streamed(50, "IN_PROGRESS", 0, 0, 2));
        run.add(streamed(60, "COMPLETED", 0, 2, 3));
        run.add(streamed(70, "COMPLETED", 0, 3, 3));
        run.add(answered(0, 14_000, Asked.STATUS_SYNC, 5_000));
        run.endA();
        run.endB();
        assertThat(run.violations()).isEmpty();
    }

    @Test
    void aJobThatNeverEndsIsLost() {
        run.endA();
        run.add(state(100, "B", "IN_PROGRESS", List.of()));
        assertThat(run.broken()).containsExactly(Rule.LOST);
    }

    @Test
    void aBatchThatEndsBeforeItsLastJobIsFound() {
        run.endA();
        run.endB();
        run.add(submitted("batch", Cluster.ENDPOINT, false, List.of()));
        run.add(new Acknowledged(30, "batch", "C"));
        run.add(submitted("one", Cluster.ENDPOINT, false, List.of("c0")));
        run.add(new Acknowledged(30, "one", "C-b0"));
        run.add(state(100, "C", "COMPLETED", List.of()));
        run.add(state(90, "C-b0", "IN_PROGRESS", List.of()));
        run.add(state(200, "C-b0", "COMPLETED", List.of("c0")));
        assertThat(run.broken()).isEmpty();

        run.add(state(150, "C-b0", "IN_PROGRESS", List.of()));
        assertThat(run.broken()).containsExactly(Rule.BATCH);
    }

    @Test
    void aJobThatTheServiceHasForgottenIsFound() {
        run.endA();
        run.endB();
        run.add(new Unknown(200, 210, "B", Asked.STATUS));
        assertThat(run.broken()).containsExactly(Rule.UNKNOWN);
    }

    @Test
    void anIdGivenToTwoJobsIsFound() {
        run.endA();
        run.endB();
        run.add(new Acknowledged(30, "b", "A"));
        assertThat(run.broken()).contains(Rule.MIX_UP);
    }

    @Test
    void aRepeatedRequestThatBecameAnotherJobIsFound() {
        run.endA();
        run.endB();
        run.add(new Repeated(30, "b", "B"));
        assertThat(run.broken()).isEmpty();
        run.add(new Repeated(31, "b", "C"));
        assertThat(run.broken()).containsExactly(Rule.TWO_JOBS);
    }

    @Test
    void twoResultsOfOneJobAreFound() {
        run.endA();
        run.endB();
        run.add(state(200, "A", "COMPLETED", List.of("a0", "a1", "other")));
        assertThat(run.broken()).contains(Rule.TWO_ENDS, Rule.WRONG_BYTES);
    }

    @Test
    void aSecondEndIsFound() {
        run.endA();
        run.endB();
        run.add(new Cancelled(20, 30, "A", "CANCELLED"));
        run.add(state(200, "A", "CANCELLED", List.of()));
        assertThat(run.broken()).contains(Rule.TWO_ENDS);
    }

    @Test
    void aCancellationThatWasAcknowledgedAndDidNothingIsFound() {
        run.endA();
        run.endB();
        run.add(new Cancelled(20, 30, "A", "CANCELLED"));
        assertThat(run.broken()).containsExactly(Rule.TWO_ENDS);
    }

    @Test
    void aJobThatRunsAgainAfterItsEndIsFound() {
        run.endA();
        run.endB();
        run.add(state(200, "A", "IN_PROGRESS", List.of()));
        assertThat(run.broken()).containsExactly(Rule.WENT_BACK);
    }

    /** It may have worked, too, if nobody answered, or a 503 said that it is not known. */
    @ParameterizedTest
    @ValueSource(ints = {200, 0, 503})
    void aJobMayRunAgainAfterARetry(int answer) {
        run.seen().remove(0);
        run.seen()
                .addFirst(
                        new Submitted(
                                0,
                                "a",
                                Cluster.ENDPOINT,
                                true,
                                Set.of("COMPLETED", "FAILED"),
                                PARTS_A,
                                "scripted"));
        run.add(failed(50, "A", "scripted failure"));
        run.add(new Hooked(55, "A", "FAILED", List.of(), "scripted failure", true));
        run.add(new Retried(60, 70, "A", answer));
        run.add(state(80, "A", "IN_QUEUE", List.of()));
        run.endA();
        run.endB();
        assertThat(run.violations()).isEmpty();
    }

    @Test
    void bytesOfAnotherJobAreAMixUp() {
        run.add(state(100, "A", "COMPLETED", PARTS_B));
        run.add(hooked(110, "A", PARTS_A));
        run.endB();
        assertThat(run.broken()).contains(Rule.MIX_UP);
    }

    @Test
    void bytesOfAnotherJobInAWebhookAreAMixUp() {
        run.add(state(100, "A", "COMPLETED", PARTS_A));
        run.add(hooked(110, "A", PARTS_B));
        run.endB();
        assertThat(run.broken()).contains(Rule.MIX_UP);
    }

    @Test
    void anAnswerAboutAnotherJobIsAMixUp() {
        run.endA();
        run.endB();
        run.add(new State(150, 160, "A", "B", Asked.STATUS, "IN_QUEUE", List.of(), "", 0));
        assertThat(run.broken()).contains(Rule.MIX_UP);
    }

    @Test
    void aResultThatLacksAPartIsFound() {
        run.endB();
        run.add(state(100, "A", "COMPLETED", List.of("a0", "a1")));
        run.add(hooked(110, "A", PARTS_A));
        assertThat(run.broken()).containsExactly(Rule.WRONG_BYTES);
    }

    @Test
    void aFailureOfAGoodJobIsFound() {
        run.endB();
        run.add(failed(100, "A", "Processing failed: internal error"));
        run.add(new Hooked(110, "A", "FAILED", List.of(), "scripted", true));
        assertThat(run.broken()).contains(Rule.WRONG_END);
    }

    @Test
    void aJobWhoseWorkersAllDiedMayFail() {
        run.endB();
        run.add(failed(100, "A", "job timed out after 2 retries"));
        run.add(new Hooked(110, "A", "FAILED", List.of(), "job timed out after 2 retries", true));
        assertThat(run.broken()).contains(Rule.WRONG_END);
        for (int i = 0; i < 3; i++) {
            run.disturb(new Disturbance(Disturbance.Kind.KILL, "processor-1", 30 + i, 40 + i));
        }
        assertThat(run.broken()).isEmpty();
    }

    @Test
    void aWebhookThatIsNeverCalledIsFound() {
        run.endA();
        run.add(state(100, "B", "COMPLETED", PARTS_B));
        assertThat(run.broken()).containsExactly(Rule.WEBHOOK);
    }

    @Test
    void aWebhookThatTheReceiverRefusedDoesNotCount() {
        run.endA();
        run.add(state(100, "B", "COMPLETED", PARTS_B));
        run.add(new Hooked(110, "B", "COMPLETED", PARTS_B, "", false));
        assertThat(run.broken()).containsExactly(Rule.WEBHOOK);
    }

    @Test
    void jobsThatAPurgeTookWithoutSayingSoAreFound() {
        run.endA();
        run.endB();
        run.add(submitted("p", Cluster.PURGED, false, List.of("p0")));
        run.add(new Acknowledged(10, "p", "P"));
        run.add(state(50, "P", "CANCELLED", List.of()));
        run.add(new Purged(30, 40, Cluster.PURGED, 0));
        assertThat(run.broken()).containsExactly(Rule.PURGE);
    }
}
