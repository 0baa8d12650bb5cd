package io.heritage.sink.fold;

import static io.heritage.sink.Samples.ENDPOINT;
import static io.heritage.sink.Samples.WORKER;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobPart;
import io.heritage.schemas.JobState;
import io.heritage.sink.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How the parts of a divided job are queued, run, joined and cancelled. */
@SuppressWarnings("NullAway.Init")
class DividedJobsTest extends DividedFixture {
    @Test
    void itsPartsAreQueuedOnceWithItsInputAndOwner() {
        divide();
        happens(division());
        List<Job> queued = queued();
        assertThat(queued).extracting(Job::id).containsExactly(part(0), part(1), part(2));
        assertThat(queued)
                .allSatisfy(job -> {
                    assertThat(job.owner()).isEqualTo(parent.owner());
                    assertThat(job.input()).isEqualTo(parent.input());
                    assertThat(job.webhook()).isNull();
                    assertThat(job.expiresAt())
                            .as("whatever the worker's clock, the parent ends first")
                            .isEqualTo(parent.expiresAt().plus(Duration.ofMinutes(5)));
                });
        assertThat(state(parent)).isInstanceOf(JobState.Running.class);
    }

    @Test
    void theLastPartBringsTheJoinWhoseOutputIsTheJobs() {
        divide();
        runs(2);
        runs(0);
        assertThat(queued()).hasSize(3);
        runs(1);
        Job join = queued().getFirst();
        assertThat(join.id()).isEqualTo(part(3));
        assertThat(Objects.requireNonNull(join.part()).work())
                .isEqualTo(new JobPart.Join(List.of(made(0), made(1), made(2))));
        assertThat(progress().path("stage").asText()).isEqualTo("join");
        runs(3);
        JobState.Completed done = (JobState.Completed) state(parent);
        assertThat(done.output()).isEqualTo(made(3));
        assertThat(done.lastExecution().worker()).isEqualTo(WORKER);
        assertThat(tracked(parent).record().lateEvents()).isZero();
        assertThat(cancelled()).isEmpty();
    }

    @Test
    void itIsListedAndItsPartsAreNot() {
        divide();
        var page = JobStore.list(store(), ENDPOINT, parent.owner(), "", _ -> true, j -> j, 10, 10);
        assertThat(page.rows()).extracting(row -> row.job().id()).containsExactly(parent.id());
    }

    @Test
    void aPartThatFailsTwiceIsRunAgainAlone() {
        divide();
        runs(0);
        runs(2);
        assertThat(queued()).hasSize(3);
        fails(1, 1);
        assertThat(queued()).extracting(Job::id).containsExactly(part(1));
        fails(1, 33);
        assertThat(queued()).extracting(Job::id).containsExactly(part(1));
        starts(1, 65);
        completes(1, 65);
        assertThat(queued()).extracting(Job::id).containsExactly(part(3));
        runs(3);
        assertThat(state(parent)).isInstanceOf(JobState.Completed.class);
    }

    @Test
    void aPartThatFailsThreeTimesFailsTheJobAndStopsTheOthers() {
        divide();
        starts(2, 1);
        fails(1, 1);
        fails(1, 33);
        fails(1, 65);
        assertThat(((JobState.Failed) state(parent)).error()).isEqualTo("frames 30 to 59: broken");
        assertThat(stateOf(0)).isInstanceOf(JobState.Cancelled.class);
        assertThat(stateOf(2)).isInstanceOf(JobState.Cancelled.class);
        assertThat(cancelled()).contains(part(0), part(2));
    }

    @Test
    void progressIsOneAndNeverGoesBack() {
        divide();
        starts(0, 1);
        starts(1, 1);
        progresses(0, 16);
        assertThat(progress().path("frames_done").asInt()).isEqualTo(16);
        progresses(1, 12);
        assertThat(progress().path("frames_done").asInt()).isEqualTo(28);
        assertThat(progress().path("frames_total").asInt()).isEqualTo(90);
        completes(1, 1);
        assertThat(progress().path("segments_done").asInt()).isEqualTo(1);
        assertThat(progress().path("frames_done").asInt()).isEqualTo(46);
        happens(new JobEvent.Failed(part(0), clock.instant(), 1, WORKER, "broken", null));
        starts(0, 33);
        assertThat(progress().path("frames_done").asInt()).isEqualTo(46);
    }

    @Test
    void cancellingItCancelsItsParts() {
        divide();
        runs(0);
        starts(1, 1);
        happens(new JobEvent.Cancelled(parent.id(), clock.instant()));
        assertThat(stateOf(1)).isInstanceOf(JobState.Cancelled.class);
        assertThat(stateOf(2)).isInstanceOf(JobState.Cancelled.class);
        assertThat(cancelled()).containsExactly(part(1), part(2));
    }

    @Test
    void aPurgeOfTheQueueLeavesPartsAlone() {
        divide();
        happens(
                new JobEvent.QueuePurged(
                        JobId.forPurge(clock),
                        clock.instant(),
                        ENDPOINT,
                        parent.owner(),
                        Map.of(QUEUE, 100L)));
        assertThat(stateOf(0)).isInstanceOf(JobState.Queued.class);
        assertThat(state(parent)).isInstanceOf(JobState.Running.class);
    }

    /** Its worker does something else, and each part has a time-out of its own. */
    @Test
    void itIsNotGivenUpForItsWorkerButForItsTtl() {
        divide();
        pass(Samples.EXECUTION_TIMEOUT.multipliedBy(2));
        assertThat(state(parent)).isInstanceOf(JobState.Running.class);
        pass(Samples.TTL);
        assertThat(state(parent)).isInstanceOf(JobState.TimedOut.class);
        assertThat(stateOf(0).isTerminal()).isTrue();
    }

    @Test
    void nothingOfItsPartsIsLeftAfterItsEnd() {
        divide();
        runs(0);
        runs(1);
        runs(2);
        runs(3);
        pass(Duration.ofSeconds(1));
        assertThat(keys()).noneMatch(key -> key.contains(part(1).value()));
        assertThat(keys()).noneMatch(key -> key.startsWith(","));
    }
}
