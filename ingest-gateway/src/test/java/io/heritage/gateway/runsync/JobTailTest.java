package io.heritage.gateway.runsync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Payload;
import io.heritage.schemas.WorkerId;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a waiting caller is told of what the log says, and when it is left to the sink. */
class JobTailTest {
    private static final int SMALL = 200;
    private static final Instant AT = Instant.parse("2026-11-28T10:00:00Z");
    private static final WorkerId FIRST = new WorkerId("first");
    private static final WorkerId SECOND = new WorkerId("second");

    private final JobTail tail = new JobTail();
    private final Job job = job();

    @BeforeEach
    void follow() {
        tail.behind(false);
    }

    @Test
    void theEndOfAFencedAttemptIsNoAnswer() {
        JobWaiter caller = waiting();
        hear(started(2, FIRST));
        hear(completed(1, SECOND, "of an earlier attempt"));
        hear(completed(2, SECOND, "of another worker"));
        assertThat(caller.reply()).isEmpty();

        hear(completed(2, FIRST, "this"));
        hear(completed(3, SECOND, "too late"));

        assertThat(caller.reply())
                .map(JobTailTest::text)
                .hasValueSatisfying(
                        reply -> assertThat(reply).contains("\"this\"").contains("\"COMPLETED\""));
        caller.close();
        assertThat(tail.heldBytes()).isZero();
    }

    @Test
    void anEndThatIsHeardBeforeTheJobIsKnownIsTheAnswer() {
        JobWaiter caller = tail.register(job.id()).waiter().orElseThrow();
        hear(started(1, FIRST));
        hear(completed(1, FIRST, "early"));
        assertThat(caller.reply()).isEmpty();

        caller.submitted(job);

        assertThat(caller.reply()).map(JobTailTest::text).isPresent();
    }

    @Test
    void whatIsHeardOfAJobThatHasEndedTakesNoMemory() {
        JobWaiter caller = tail.register(job.id()).waiter().orElseThrow();
        hear(started(1, FIRST));
        hear(completed(1, FIRST, "this"));
        hear(completed(1, FIRST, "again"));
        caller.submitted(job);

        caller.close();

        assertThat(tail.heldBytes()).isZero();
    }

    @Test
    void aLargeEventIsNoEndOfItsJob() {
        tail.heard(job.id(), 1 << 20, () -> started(1, FIRST));
        assertThat(tail.mayHaveEnded(job.id())).isFalse();
    }

    @Test
    void whoWaitedWhileEventsMayHaveBeenMissedAsksTheSink() {
        JobWaiter caller = waiting();
        tail.behind(true);
        assertThat(tail.register(JobId.forRunSync(Clock.systemUTC())).waiter()).isEmpty();
        tail.behind(false);

        hear(completed(1, FIRST, "what came before is not known"));

        assertThat(caller.reply()).isEmpty();
    }

    @Test
    void aPurgeIsForTheSinkToJudge() {
        JobWaiter caller = waiting();
        var purge =
                new JobEvent.QueuePurged(
                        JobId.forPurge(Clock.systemUTC()),
                        AT,
                        job.endpoint(),
                        job.owner(),
                        Map.of());
        tail.heard(purge.jobId(), SMALL, () -> purge);

        hear(completed(1, FIRST, "though cancelled perhaps"));

        assertThat(caller.reply()).isEmpty();
    }

    @Test
    void largeResultsAreTheSinksToSend() {
        JobWaiter caller = waiting();
        tail.heard(job.id(), 100_000, () -> completed(1, FIRST, "large"));
        assertThat(caller.reply()).isEmpty();
        assertThat(tail.mayHaveEnded(job.id())).isTrue();
    }

    @Test
    void resultsOfManyCallersAreBounded() {
        for (int i = 0; i < 400; i++) {
            Job other = job();
            tail.register(other.id()).submitted(other);
            JobEvent end = completed(other, 1, FIRST, "x");
            tail.heard(other.id(), 60_000, () -> end);
        }
        assertThat(tail.heldBytes()).isBetween(1L, 16L << 20);
    }

    @Test
    void moreCallersThanTheBoundAskTheSink() {
        for (int i = 0; i < JobTail.MOST_WAITERS; i++) {
            assertThat(tail.register(JobId.forRunSync(Clock.systemUTC())).waiter()).isPresent();
        }
        assertThat(tail.register(job.id()).waiter()).isEmpty();
    }

    @Test
    void anEndIsRememberedUntilTheJobIsRetried() {
        hear(new JobEvent.Failed(job.id(), AT, 1, FIRST, "no", null));
        assertThat(tail.mayHaveEnded(job.id())).isTrue();

        hear(new JobEvent.Retried(job.id(), AT.plusSeconds(1), AT, 1));
        assertThat(tail.mayHaveEnded(job.id())).isFalse();
    }

    private JobWaiter waiting() {
        JobTail.Place place = tail.register(job.id());
        place.submitted(job);
        return place.waiter().orElseThrow();
    }

    private void hear(JobEvent event) {
        tail.heard(event.jobId(), SMALL, () -> event);
    }

    private JobEvent started(int attempt, WorkerId worker) {
        return new JobEvent.Started(job.id(), AT, attempt, worker);
    }

    private JobEvent completed(int attempt, WorkerId worker, String text) {
        return completed(job, attempt, worker, text);
    }

    private static JobEvent completed(Job job, int attempt, WorkerId worker, String text) {
        return new JobEvent.Completed(
                job.id(),
                AT.plusSeconds(1),
                attempt,
                worker,
                Payload.ofJson(JsonNodeFactory.instance.objectNode().put("text", text)));
    }

    private static String text(byte[] reply) {
        return new String(reply, UTF_8);
    }

    private static Job job() {
        EndpointConfig endpoint =
                EndpointConfig.defaults(new EndpointId("restore"), EndpointKind.RESTORE);
        return new Job(
                JobId.forRunSync(Clock.systemUTC()),
                endpoint.id(),
                endpoint.kind(),
                "tester",
                Payload.ofJson(JsonNodeFactory.instance.objectNode()),
                endpoint.defaultPolicy(),
                null,
                endpoint.reply(),
                AT,
                0);
    }
}
