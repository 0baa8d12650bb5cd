package io.heritage.sink.fold;

import static io.heritage.sink.Samples.WORKER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobState;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.sink.Samples;
import io.heritage.sink.store.BatchStore;
import io.heritage.sink.store.MemberState;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a batch hears of its jobs late, twice or never. */
@SuppressWarnings("NullAway.Init")
class BatchNewsTest extends BatchFixture {
    /** What is said from one partition to another may be lost with a crash. */
    @Test
    void aJobThatWasNeverMadeIsMadeLater() {
        submit();
        forget(1);
        assertThat(queued()).hasSize(JOBS);
        pass(DividedJobs.FIRST_ASKED_AFTER.plusSeconds(1));
        assertThat(queued()).extracting(Job::id).containsExactly(id(1));
    }

    @Test
    void anEndThatTheBatchDidNotHearOfIsAskedFor() {
        submit();
        for (int i = 0; i < JOBS; i++) {
            starts(i);
            if (i < JOBS - 1) {
                completes(i);
            }
        }
        var known = new BatchStore(store());
        known.put(batch.id(), 0, MemberState.UNHEARD);
        completes(JOBS - 1);
        assertThat(state(batch.id())).isInstanceOf(JobState.Running.class);
        pass(DividedJobs.FIRST_ASKED_AFTER.plusSeconds(1));
        assertThat(state(batch.id())).isInstanceOf(JobState.Completed.class);
    }

    @Test
    void aCancellationThatAJobDidNotHearOfIsSaidAgainAndOneNeverMadeIsNotQueued() {
        submit();
        forget(1);
        queued();
        TrackedJob waiting = Objects.requireNonNull(new JobStore(store(), places()).get(id(2)));
        happens(new JobEvent.Cancelled(batch.id(), clock.instant()));
        var known = new BatchStore(store());
        known.put(batch.id(), 1, MemberState.UNHEARD);
        forget(1);
        new JobStore(store(), places())
                .put(
                        Objects.requireNonNull(new JobStore(store(), places()).get(id(2))),
                        waiting,
                        clock.instant().plusSeconds(3600));
        known.put(batch.id(), 2, new MemberState("IN_QUEUE", 0));
        pass(DividedJobs.FIRST_ASKED_AFTER.plusSeconds(1));
        assertThat(state(id(1))).isInstanceOf(JobState.Cancelled.class);
        assertThat(state(id(2))).isInstanceOf(JobState.Cancelled.class);
        assertThat(queued()).isEmpty();
    }

    @Test
    void jobsThatItHasHeardOfAreAskedSeldom() {
        submit();
        assertThat(asked()).containsExactly(id(0), id(1), id(2));
        pass(DividedJobs.FIRST_ASKED_AFTER.plusSeconds(1));
        assertThat(asked()).isEmpty();
        pass(Duration.ofMinutes(11));
        assertThat(asked()).containsExactly(id(0), id(1), id(2));
    }

    @Test
    void aJobWhoseEndItDidNotHearOfIsNotRunAgainAfterItsRetention() {
        submit();
        starts(0);
        completes(0);
        pass(Samples.endpoint().retentionOf(id(0)).plusMinutes(1));
        assertThat(JobStore.find(store(), id(0))).isEmpty();
        new BatchStore(store()).put(batch.id(), 0, MemberState.UNHEARD);
        queued();
        pass(Duration.ofMinutes(10));
        assertThat(told().at("/jobs/0/status").asText()).isEqualTo("COMPLETED");
        assertThat(queued()).extracting(Job::id).doesNotContain(id(0));
        assertThat(JobStore.find(store(), id(0))).isEmpty();
    }

    /** Where an idempotency key is used again after the retention of the batch. */
    @Test
    void anotherBatchOfTheSameIdHasJobsOfItsOwn() {
        submit();
        for (int i = 0; i < JOBS; i++) {
            starts(i);
            completes(i);
        }
        pass(Duration.ofMinutes(1));
        forgetTheBatch();
        queued();
        batch = batch.retriedAt(clock.instant(), 0); // the same, submitted later
        submit();
        assertThat(queued()).extracting(Job::id).containsExactly(id(0), id(1), id(2));
        assertThat(state(batch.id())).isInstanceOf(JobState.Running.class);
        assertThat(told().path("in_queue").asInt()).isEqualTo(JOBS);
    }

    /** The same, while a job of the batch before runs: its client has retried it. */
    @Test
    void whatAJobOfABatchBeforeTellsIsNotOfTheBatchOfTheSameId() {
        submit();
        for (int i = 0; i < JOBS; i++) {
            starts(i);
        }
        fails(0);
        completes(1);
        completes(2);
        JobState.Failed failed = (JobState.Failed) state(id(0));
        pass(Duration.ofMinutes(1));
        queued();
        happens(new JobEvent.Retried(id(0), clock.instant(), failed.at(), 1));
        int attempt = queued().getFirst().attemptsBefore() + 1;
        happens(new JobEvent.Started(id(0), clock.instant(), attempt, WORKER));
        pass(Duration.ofMinutes(1));
        forgetTheBatch();
        queued();
        batch = batch.retriedAt(clock.instant(), 0); // the same, submitted later
        submit();
        assertThat(queued()).extracting(Job::id).containsExactly(id(1), id(2));
        happens(
                new JobEvent.Completed(
                        id(0),
                        clock.instant(),
                        attempt,
                        WORKER,
                        Payload.ofJson(Samples.json("{}"))));

        assertThat(told().at("/jobs/0/status").asText()).isEqualTo("IN_QUEUE");
        pass(DividedJobs.FIRST_ASKED_AFTER.plusSeconds(1));
        assertThat(queued()).extracting(Job::id).containsExactly(id(0));
    }

    /** Whatever was read or written twice, and whatever news overtook each other. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void newsThatComeAgainOrLateChangeNothing(long seed) {
        var random = new Random(seed);
        submit();
        for (int i = 0; i < JOBS; i++) {
            starts(i);
            if (random.nextBoolean()) {
                completes(i);
            } else {
                fails(i);
            }
        }
        completes(0);
        JobState end = state(batch.id());
        JsonNode told = told();
        List<JobEvent> news =
                said.readValuesToList().stream()
                        .map(bytes -> Wire.decode(bytes, JobEvent.class))
                        .filter(JobEvent.BatchMoved.class::isInstance)
                        .toList();
        assertThat(news).hasSizeGreaterThanOrEqualTo(3 * JOBS);
        for (int i = 0; i < 50; i++) {
            happens(news.get(random.nextInt(news.size())));
        }
        assertThat(told()).as("seed %d", seed).isEqualTo(told);
        assertThat(state(batch.id())).isEqualTo(end);
    }
}
