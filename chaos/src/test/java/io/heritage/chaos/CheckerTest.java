package io.heritage.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.chaos.Checker.Rule;
import io.heritage.chaos.Checker.Violation;
import io.heritage.chaos.Observation.Acknowledged;
import io.heritage.chaos.Observation.Answered;
import io.heritage.chaos.Observation.Asked;
import io.heritage.chaos.Observation.Cancelled;
import io.heritage.chaos.Observation.Hooked;
import io.heritage.chaos.Observation.Purged;
import io.heritage.chaos.Observation.Repeated;
import io.heritage.chaos.Observation.Retried;
import io.heritage.chaos.Observation.State;
import io.heritage.chaos.Observation.StreamPart;
import io.heritage.chaos.Observation.Streamed;
import io.heritage.chaos.Observation.Submitted;
import io.heritage.chaos.Observation.Unknown;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each fault of a service that the checker is there for is planted into what clients saw. */
class CheckerTest {
    private static final List<String> PARTS_A = List.of("a0", "a1", "a2");
    private static final List<String> PARTS_B = List.of("b0", "b1", "b2");

    private final Checker checker = new Checker(Duration.ofSeconds(10), 3);
    private final List<Disturbance> disturbances = new ArrayList<>();

    /** Two jobs with webhooks; the first is streamed. What comes after it is the test's. */
    private final List<Observation> seen =
            new ArrayList<>(
                    List.of(
                            submitted("a", Cluster.ENDPOINT, true, PARTS_A),
                            new Acknowledged(10, "a", "A"),
                            submitted("b", Cluster.ENDPOINT, true, PARTS_B),
                            new Acknowledged(20, "b", "B")));

    private static Submitted submitted(
            String tag, String endpoint, boolean webhook, List<String> parts) {
        return new Submitted(
                0, tag, endpoint, webhook, Set.of("COMPLETED"), parts, "nothing: it must not fail");
    }

    private static State state(long at, String id, String status, List<String> parts) {
        return new State(at - 5, at, id, id, Asked.STATUS, status, parts, "", 0);
    }

    private static State failed(long at, String id, String error) {
        return new State(at - 5, at, id, id, Asked.STATUS, "FAILED", List.of(), error, 0);
    }

    private static Hooked hooked(long at, String id, List<String> parts) {
        return new Hooked(at, id, "COMPLETED", parts, "", true);
    }

    private static Streamed streamed(long at, String status, int retries, int first, int end) {
        return streamed(at, status, -1, retries, first, end);
    }

    private static Streamed streamed(
            long at, String status, int from, int retries, int first, int end) {
        var parts = new ArrayList<StreamPart>();
        for (int i = first; i < end; i++) {
            parts.add(new StreamPart(i, PARTS_A.get(i)));
        }
        return new Streamed(at - 5, at, "A", from, status, retries, parts);
    }

    private static Answered answered(long began, long at, Asked call, long wait) {
        return new Answered(began, at, "A", call, 1, wait, 100, 200);
    }

    private void endA() {
        seen.add(state(100, "A", "COMPLETED", PARTS_A));
        seen.add(hooked(110, "A", PARTS_A));
    }

    private void endB() {
        seen.add(state(100, "B", "COMPLETED", PARTS_B));
        seen.add(hooked(110, "B", PARTS_B));
    }

    private List<Rule> broken() {
        return checker.check(seen, disturbances).stream().map(Violation::rule).toList();
    }

    @Test
    void whatIsAsPromisedBreaksNoRule() {
        seen.add(streamed(50, "IN_PROGRESS", 0, 0, 2));
        seen.add(streamed(60, "COMPLETED", 0, 2, 3));
        seen.add(streamed(70, "COMPLETED", 0, 3, 3));
        seen.add(answered(0, 14_000, Asked.STATUS_SYNC, 5_000));
        endA();
        endB();
        assertThat(checker.check(seen, disturbances)).isEmpty();
    }

    @Test
    void aJobThatNeverEndsIsLost() {
        endA();
        seen.add(state(100, "B", "IN_PROGRESS", List.of()));
        assertThat(broken()).containsExactly(Rule.LOST);
    }

    @Test
    void aBatchThatEndsBeforeItsLastJobIsFound() {
        endA();
        endB();
        seen.add(submitted("batch", Cluster.ENDPOINT, false, List.of()));
        seen.add(new Acknowledged(30, "batch", "C"));
        seen.add(submitted("one", Cluster.ENDPOINT, false, List.of("c0")));
        seen.add(new Acknowledged(30, "one", "C-b0"));
        seen.add(state(100, "C", "COMPLETED", List.of()));
        seen.add(state(90, "C-b0", "IN_PROGRESS", List.of()));
        seen.add(state(200, "C-b0", "COMPLETED", List.of("c0")));
        assertThat(broken()).isEmpty();

        seen.add(state(150, "C-b0", "IN_PROGRESS", List.of()));
        assertThat(broken()).containsExactly(Rule.BATCH);
    }

    @Test
    void aJobThatTheServiceHasForgottenIsFound() {
        endA();
        endB();
        seen.add(new Unknown(200, 210, "B", Asked.STATUS));
        assertThat(broken()).containsExactly(Rule.UNKNOWN);
    }

    @Test
    void anIdGivenToTwoJobsIsFound() {
        endA();
        endB();
        seen.add(new Acknowledged(30, "b", "A"));
        assertThat(broken()).contains(Rule.MIX_UP);
    }

    @Test
    void aRepeatedRequestThatBecameAnotherJobIsFound() {
        endA();
        endB();
        seen.add(new Repeated(30, "b", "B"));
        assertThat(broken()).isEmpty();
        seen.add(new Repeated(31, "b", "C"));
        assertThat(broken()).containsExactly(Rule.TWO_JOBS);
    }

    @Test
    void twoResultsOfOneJobAreFound() {
        endA();
        endB();
        seen.add(state(200, "A", "COMPLETED", List.of("a0", "a1", "other")));
        assertThat(broken()).contains(Rule.TWO_ENDS, Rule.WRONG_BYTES);
    }

    @Test
    void aSecondEndIsFound() {
        endA();
        endB();
        seen.add(new Cancelled(20, 30, "A", "CANCELLED"));
        seen.add(state(200, "A", "CANCELLED", List.of()));
        assertThat(broken()).contains(Rule.TWO_ENDS);
    }

    @Test
    void aCancellationThatWasAcknowledgedAndDidNothingIsFound() {
        endA();
        endB();
        seen.add(new Cancelled(20, 30, "A", "CANCELLED"));
        assertThat(broken()).containsExactly(Rule.TWO_ENDS);
    }

    @Test
    void aJobThatRunsAgainAfterItsEndIsFound() {
        endA();
        endB();
        seen.add(state(200, "A", "IN_PROGRESS", List.of()));
        assertThat(broken()).containsExactly(Rule.WENT_BACK);
    }

    /** It may have worked, too, if nobody answered, or a 503 said that it is not known. */
    @ParameterizedTest
    @ValueSource(ints = {200, 0, 503})
    void aJobMayRunAgainAfterARetry(int answer) {
        seen.remove(0);
        seen.addFirst(
                new Submitted(
                        0,
                        "a",
                        Cluster.ENDPOINT,
                        true,
                        Set.of("COMPLETED", "FAILED"),
                        PARTS_A,
                        "scripted"));
        seen.add(failed(50, "A", "scripted failure"));
        seen.add(new Hooked(55, "A", "FAILED", List.of(), "scripted failure", true));
        seen.add(new Retried(60, 70, "A", answer));
        seen.add(state(80, "A", "IN_QUEUE", List.of()));
        endA();
        endB();
        assertThat(checker.check(seen, disturbances)).isEmpty();
    }

    @Test
    void bytesOfAnotherJobAreAMixUp() {
        seen.add(state(100, "A", "COMPLETED", PARTS_B));
        seen.add(hooked(110, "A", PARTS_A));
        endB();
        assertThat(broken()).contains(Rule.MIX_UP);
    }

    @Test
    void bytesOfAnotherJobInAWebhookAreAMixUp() {
        seen.add(state(100, "A", "COMPLETED", PARTS_A));
        seen.add(hooked(110, "A", PARTS_B));
        endB();
        assertThat(broken()).contains(Rule.MIX_UP);
    }

    @Test
    void anAnswerAboutAnotherJobIsAMixUp() {
        endA();
        endB();
        seen.add(new State(150, 160, "A", "B", Asked.STATUS, "IN_QUEUE", List.of(), "", 0));
        assertThat(broken()).contains(Rule.MIX_UP);
    }

    @Test
    void aResultThatLacksAPartIsFound() {
        endB();
        seen.add(state(100, "A", "COMPLETED", List.of("a0", "a1")));
        seen.add(hooked(110, "A", PARTS_A));
        assertThat(broken()).containsExactly(Rule.WRONG_BYTES);
    }

    @Test
    void aFailureOfAGoodJobIsFound() {
        endB();
        seen.add(failed(100, "A", "Processing failed: internal error"));
        seen.add(new Hooked(110, "A", "FAILED", List.of(), "scripted", true));
        assertThat(broken()).contains(Rule.WRONG_END);
    }

    @Test
    void aJobWhoseWorkersAllDiedMayFail() {
        endB();
        seen.add(failed(100, "A", "job timed out after 2 retries"));
        seen.add(new Hooked(110, "A", "FAILED", List.of(), "job timed out after 2 retries", true));
        assertThat(broken()).contains(Rule.WRONG_END);
        for (int i = 0; i < 3; i++) {
            disturbances.add(new Disturbance(Disturbance.Kind.KILL, "processor-1", 30 + i, 40 + i));
        }
        assertThat(broken()).isEmpty();
    }

    @Test
    void aWebhookThatIsNeverCalledIsFound() {
        endA();
        seen.add(state(100, "B", "COMPLETED", PARTS_B));
        assertThat(broken()).containsExactly(Rule.WEBHOOK);
    }

    @Test
    void aWebhookThatTheReceiverRefusedDoesNotCount() {
        endA();
        seen.add(state(100, "B", "COMPLETED", PARTS_B));
        seen.add(new Hooked(110, "B", "COMPLETED", PARTS_B, "", false));
        assertThat(broken()).containsExactly(Rule.WEBHOOK);
    }

    @Test
    void partsOutOfOrderAreFound() {
        endA();
        endB();
        seen.add(streamed(50, "IN_PROGRESS", 0, 0, 1));
        seen.add(streamed(60, "IN_PROGRESS", 0, 2, 3));
        seen.add(streamed(70, "COMPLETED", 0, 1, 2));
        assertThat(broken()).contains(Rule.STREAM);
    }

    @Test
    void aPartGivenTwiceIsFound() {
        endA();
        endB();
        seen.add(streamed(50, "IN_PROGRESS", 0, 0, 2));
        seen.add(streamed(60, "COMPLETED", 0, 1, 3));
        assertThat(broken()).contains(Rule.STREAM);
    }

    @Test
    void aStreamThatEndsEarlyIsFound() {
        endA();
        endB();
        seen.add(streamed(50, "COMPLETED", 0, 0, 2));
        assertThat(broken()).containsExactly(Rule.STREAM);
    }

    @Test
    void aStreamMayBeginAnewAfterARetry() {
        endA();
        endB();
        seen.add(streamed(50, "IN_PROGRESS", 0, 0, 2));
        seen.add(streamed(60, "COMPLETED", 1, 0, 3));
        assertThat(broken()).isEmpty();
    }

    @Test
    void aStreamMayBeginAnewAfterAReplyWithoutPartsSaidSoButOnce() {
        endA();
        endB();
        seen.add(streamed(50, "IN_PROGRESS", 0, 0, 2));
        seen.add(streamed(55, "IN_PROGRESS", 1, 0, 0));
        seen.add(streamed(60, "IN_PROGRESS", 1, 0, 3));
        assertThat(broken()).isEmpty();
        seen.add(streamed(65, "COMPLETED", 1, 0, 3));
        assertThat(broken()).contains(Rule.STREAM);
    }

    @Test
    void aStreamThatBeginsAnewWithoutSayingSoIsFound() {
        endA();
        endB();
        seen.add(streamed(50, "IN_PROGRESS", 0, 0, 2));
        seen.add(streamed(60, "COMPLETED", 0, 0, 3));
        assertThat(broken()).contains(Rule.STREAM);
    }

    /** A gateway says 503 when it lost the sink's reply. */
    @ParameterizedTest
    @ValueSource(ints = {0, 503})
    void partsMayBeLostWithAReplyThatBrokeButNotForThoseWhoCount(int http) {
        endA();
        endB();
        seen.add(streamed(40, "IN_PROGRESS", 0, 0, 1));
        seen.add(new Answered(45, 50, "A", Asked.STREAM, 1, 1000, 0, http));
        seen.add(streamed(60, "COMPLETED", 0, 2, 3));
        assertThat(broken()).isEmpty();
        seen.removeLast();
        seen.add(streamed(60, "COMPLETED", 1, 0, 2, 3));
        assertThat(broken()).contains(Rule.STREAM);
    }

    @Test
    void anAnswerLongAfterTheWaitIsFound() {
        endA();
        endB();
        seen.add(answered(0, 15_600, Asked.STATUS_SYNC, 5_000));
        assertThat(broken()).containsExactly(Rule.LATE);
    }

    @Test
    void aStoppedGatewayAnswersLaterByThatTimeOnly() {
        endA();
        endB();
        disturbances.add(new Disturbance(Disturbance.Kind.STOP, "gateway-1", 1000, 21_000));
        seen.add(answered(0, 30_000, Asked.STREAM, 5_000));
        assertThat(broken()).isEmpty();
        seen.add(answered(0, 36_000, Asked.STREAM, 5_000));
        assertThat(broken()).containsExactly(Rule.LATE);
    }

    @Test
    void aBrokerThatFailsOverExcusesOnlyThoseWhoseJobIsBeingQueued() {
        endA();
        endB();
        disturbances.add(new Disturbance(Disturbance.Kind.KILL, "broker-1", 1000, 3000));
        seen.add(answered(0, 29_000, Asked.RUNSYNC, 5_000));
        assertThat(broken()).isEmpty();
        seen.add(answered(0, 29_000, Asked.STATUS_SYNC, 5_000));
        assertThat(broken()).containsExactly(Rule.LATE);
    }

    @Test
    void jobsThatAPurgeTookWithoutSayingSoAreFound() {
        endA();
        endB();
        seen.add(submitted("p", Cluster.PURGED, false, List.of("p0")));
        seen.add(new Acknowledged(10, "p", "P"));
        seen.add(state(50, "P", "CANCELLED", List.of()));
        seen.add(new Purged(30, 40, Cluster.PURGED, 0));
        assertThat(broken()).containsExactly(Rule.PURGE);
    }

    @Test
    void observationsAreTheSameAfterAFile(@TempDir Path folder) throws Exception {
        endA();
        seen.add(streamed(50, "IN_PROGRESS", 0, 0, 2));
        seen.add(answered(0, 15_600, Asked.STATUS_SYNC, 5_000));
        seen.add(new Unknown(200, 210, "B", Asked.STATUS));
        seen.add(new Purged(30, 40, Cluster.PURGED, 0));
        seen.add(new Retried(60, 70, "A", 200));
        Path file = folder.resolve("observations.jsonl");
        try (var log = ObservationLog.to(file)) {
            seen.forEach(log::add);
        }
        assertThat(ObservationLog.read(file)).isEqualTo(seen);
    }
}
