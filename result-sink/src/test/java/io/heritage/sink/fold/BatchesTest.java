package io.heritage.sink.fold;

import static io.heritage.sink.Samples.ENDPOINT;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Command;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobState;
import io.heritage.schemas.Wire;
import io.heritage.sink.Samples;
import io.heritage.sink.store.CounterStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How a batch is made, ends, is cancelled and forgotten. */
@SuppressWarnings("NullAway.Init")
class BatchesTest extends BatchFixture {
    @Test
    void itsJobsAreQueuedOnceHoweverOftenItIsSubmitted() {
        submit();
        submit();
        List<Job> queued = queued();
        assertThat(queued).extracting(Job::id).containsExactly(id(0), id(1), id(2));
        assertThat(queued)
                .extracting(job -> job.input().body())
                .containsExactly(
                        Samples.json("{'steps':8,'seed':0}"),
                        Samples.json("{'steps':8,'seed':1}"),
                        Samples.json("{'steps':8,'seed':2}"));
        assertThat(state(batch.id())).isInstanceOf(JobState.Running.class);
        assertThat(CounterStore.sum(store(), ENDPOINT).inQueue()).isEqualTo(JOBS);
        assertThat(CounterStore.sum(store(), ENDPOINT).inProgress()).isZero();
    }

    @Test
    void itTellsHowItsJobsStandAndEndsWithTheLast() {
        submit();
        starts(0);
        starts(2);
        completes(2);
        assertThat(told().path("in_queue").asInt()).isEqualTo(1);
        assertThat(told().path("in_progress").asInt()).isEqualTo(1);
        assertThat(told().path("completed").asInt()).isEqualTo(1);
        assertThat(told().at("/jobs/2/id").asText()).isEqualTo(id(2).value());
        assertThat(told().at("/jobs/2/status").asText()).isEqualTo("COMPLETED");
        fails(0);
        assertThat(state(batch.id())).isInstanceOf(JobState.Running.class);
        happens(new JobEvent.Cancelled(id(1), clock.instant()));
        JobState.Completed done = (JobState.Completed) state(batch.id());
        assertThat(done.output().body().path("completed").asInt()).isEqualTo(1);
        assertThat(done.output().body().path("failed").asInt()).isEqualTo(1);
        assertThat(done.output().body().path("cancelled").asInt()).isEqualTo(1);
        assertThat(done.output().body().path("progress").asDouble()).isEqualTo(1);
        assertThat(CounterStore.sum(store(), ENDPOINT).completed()).isEqualTo(1);
    }

    @Test
    void itFailsIfNoneOfItsJobsCompleted() {
        submit();
        for (int i = 0; i < JOBS; i++) {
            starts(i);
            fails(i);
        }
        assertThat(((JobState.Failed) state(batch.id())).error())
                .isEqualTo("none of the 3 jobs completed");
    }

    @Test
    void cancellingItEndsAllOfItsJobsThatHaveNot() {
        submit();
        starts(0);
        completes(0);
        starts(1);
        happens(new JobEvent.Cancelled(batch.id(), clock.instant()));
        assertThat(state(batch.id())).isInstanceOf(JobState.Cancelled.class);
        assertThat(state(id(0))).isInstanceOf(JobState.Completed.class);
        assertThat(state(id(1))).isInstanceOf(JobState.Cancelled.class);
        assertThat(state(id(2))).isInstanceOf(JobState.Cancelled.class);
        assertThat(
                        commands.readValuesToList().stream()
                                .map(bytes -> Wire.decode(bytes, Command.class).jobId()))
                .contains(id(1), id(2));
        assertThat(told().path("cancelled").asInt()).isEqualTo(2);
    }

    @Test
    void aPurgeTakesThoseThatWaitAndTheBatchEndsWithThem() {
        submit();
        starts(0);
        happens(
                new JobEvent.QueuePurged(
                        JobId.forPurge(clock),
                        clock.instant(),
                        ENDPOINT,
                        batch.owner(),
                        Map.of(QUEUE, 100L)));
        assertThat(told().path("cancelled").asInt()).isEqualTo(2);
        completes(0);
        assertThat(state(batch.id())).isInstanceOf(JobState.Completed.class);
    }

    @Test
    void oneOfItsJobsMayBeRetriedAlsoAfterItsEnd() {
        submit();
        starts(0);
        completes(0);
        for (int i = 1; i < JOBS; i++) {
            starts(i);
            fails(i);
        }
        assertThat(state(batch.id())).isInstanceOf(JobState.Completed.class);
        JobState.Failed failed = (JobState.Failed) state(id(1));
        queued();
        happens(new JobEvent.Retried(id(1), clock.instant(), failed.at(), 1));
        assertThat(queued()).extracting(Job::id).containsExactly(id(1));
        pass(DividedJobs.FIRST_ASKED_AFTER.multipliedBy(3));
        assertThat(state(id(1))).isInstanceOf(JobState.Queued.class);
        assertThat(told().path("in_queue").asInt()).isEqualTo(1);
        assertThat(state(batch.id())).isInstanceOf(JobState.Completed.class);
    }

    @Test
    void whatTimeDoesToItDoesNotConcernItsWorkers() {
        submit();
        pass(Samples.EXECUTION_TIMEOUT.multipliedBy(3));
        assertThat(state(batch.id())).isInstanceOf(JobState.Running.class);
        pass(Samples.TTL);
        assertThat(state(batch.id()).isTerminal()).isTrue();
        assertThat(state(id(0))).isInstanceOf(JobState.TimedOut.class);
    }

    @Test
    void aJobOfOneThatTimedOutMayBeRetried() {
        submit();
        pass(Samples.TTL);
        assertThat(state(batch.id())).isInstanceOf(JobState.TimedOut.class);
        JobState.TimedOut timedOut = (JobState.TimedOut) state(id(1));
        happens(new JobEvent.Retried(id(1), clock.instant(), timedOut.at(), 0));
        pass(DividedJobs.FIRST_ASKED_AFTER.plusSeconds(1));
        assertThat(state(id(1))).isInstanceOf(JobState.Queued.class);
    }

    /** Others of the partition wait for the thread. */
    @Test
    void aLargeBatchIsMadeInTurns() {
        batch = batch(2 * Batches.ASKED_AT_ONCE + 50);
        submit();
        assertThat(queued()).hasSize(Batches.ASKED_AT_ONCE);
        pass(JobProcessor.LOOKS);
        assertThat(queued()).hasSize(Batches.ASKED_AT_ONCE);
        pass(JobProcessor.LOOKS);
        assertThat(queued()).hasSize(50);
        pass(JobProcessor.LOOKS);
        assertThat(queued()).isEmpty();
    }

    @Test
    void aLargeBatchThatIsCancelledWhileItIsMadeEndsWithAllOfItsJobs() {
        batch = batch(2 * Batches.ASKED_AT_ONCE + 50);
        submit();
        happens(new JobEvent.Cancelled(batch.id(), clock.instant()));
        for (int i = 0; i < 3; i++) {
            pass(JobProcessor.LOOKS);
        }
        assertThat(queued()).hasSize(Batches.ASKED_AT_ONCE);
        for (int i = 0; i < 2 * Batches.ASKED_AT_ONCE + 50; i++) {
            assertThat(state(id(i))).isInstanceOf(JobState.Cancelled.class);
        }
    }

    @Test
    void nothingOfItIsLeftAfterItsRetention() {
        submit();
        for (int i = 0; i < JOBS; i++) {
            starts(i);
            completes(i);
        }
        assertThat(keysOfTheBatch()).isNotEmpty();
        pass(Samples.endpoint().retentionOf(batch.id()).plusMinutes(1));
        pass(Duration.ofDays(2));
        assertThat(keysOfTheBatch()).isEmpty();
    }
}
