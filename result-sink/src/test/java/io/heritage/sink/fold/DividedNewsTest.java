package io.heritage.sink.fold;

import static io.heritage.sink.Samples.WORKER;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Command;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobPart;
import io.heritage.schemas.JobState;
import io.heritage.schemas.PartNews;
import io.heritage.schemas.WorkerId;
import io.heritage.sink.store.DivisionStore;
import io.heritage.sink.store.PartState;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a divided job hears late, twice or from a worker that was replaced. */
@SuppressWarnings("NullAway.Init")
class DividedNewsTest extends DividedFixture {
    /** A crash between two partitions: the part never heard that it is not wanted. */
    @Test
    void aPartThatGoesOnAfterTheEndIsStopped() {
        divide();
        starts(1, 1);
        happens(new JobEvent.Cancelled(parent.id(), clock.instant()));
        cancelled();
        happens(
                new JobEvent.PartMoved(
                        parent.id(), clock.instant(), 1, 1, new PartNews.Unfinished(3)));
        assertThat(cancelled()).containsExactly(part(1));
    }

    /** The same, with the parent's knowledge of its parts still there. */
    @Test
    void newsAfterTheEndStopAllPartsThatAreLeft() {
        divide();
        JobEvent.Divided event =
                Objects.requireNonNull(new DivisionStore(store()).get(parent.id()));
        happens(new JobEvent.Cancelled(parent.id(), clock.instant()));
        cancelled();
        new DivisionStore(store()).put(event);
        happens(
                new JobEvent.PartMoved(
                        parent.id(), clock.instant(), 1, 1, new PartNews.Unfinished(3)));
        assertThat(cancelled()).containsExactly(part(0), part(1), part(2));
        assertThat(keys()).noneMatch(key -> key.startsWith(","));
    }

    /** A queue that delivers it once more. */
    @Test
    void anotherAttemptOfItIsStopped() {
        divide();
        happens(
                new JobEvent.Started(
                        parent.id(), clock.instant(), 2, new WorkerId("another-worker")));
        assertThat(command()).isInstanceOf(Command.Stop.class);
        happens(
                new JobEvent.Failed(
                        parent.id(),
                        clock.instant(),
                        2,
                        new WorkerId("another-worker"),
                        "out of memory",
                        null));
        assertThat(state(parent)).isInstanceOf(JobState.Running.class);
        runs(0);
        runs(1);
        runs(2);
        runs(3);
        assertThat(state(parent)).isInstanceOf(JobState.Completed.class);
    }

    @Test
    void aDivisionByAWorkerThatWasReplacedDoesNotCount() {
        happens(samples.started(parent, 1));
        happens(
                new JobEvent.Started(
                        parent.id(), clock.instant(), 2, new WorkerId("another-worker")));
        happens(division());
        assertThat(queued()).isEmpty();
    }

    /** What is said from one partition to another may be lost with a crash. */
    @Test
    void partsThatWereNotHeardOfAreSentAgain() {
        divide();
        store().delete(part(1).value());
        store().delete("*" + part(1).value());
        assertThat(queued()).hasSize(3);
        pass(DividedJobs.FIRST_ASKED_AFTER.plusSeconds(1));
        assertThat(queued()).extracting(Job::id).containsExactly(part(1));
    }

    @Test
    void newsThatWereLostAreAskedFor() {
        divide();
        runs(0);
        runs(1);
        var known = new DivisionStore(store());
        known.put(parent.id(), 1, PartState.UNHEARD);
        runs(2);
        assertThat(queued()).hasSize(3);
        pass(DividedJobs.FIRST_ASKED_AFTER.plusSeconds(1));
        assertThat(queued()).extracting(Job::id).containsExactly(part(3));
    }

    @Test
    void aJobThatIsRetriedIsDividedAnew() {
        divide();
        starts(1, 1);
        fails(1, 1);
        fails(1, 33);
        fails(1, 65);
        JobState.Failed failed = (JobState.Failed) state(parent);
        queued();
        happens(new JobEvent.Retried(parent.id(), clock.instant(), failed.at(), 1));
        assertThat(queued()).extracting(Job::id).containsExactly(parent.id());
        happens(samples.started(parent, 33));
        JobEvent.Divided first = division();
        happens(new JobEvent.Divided(parent.id(), clock.instant(), 33, WORKER, first.division()));
        assertThat(queued())
                .extracting(Job::id)
                .containsExactly(
                        JobPart.id(parent.id(), 33, 0),
                        JobPart.id(parent.id(), 33, 1),
                        JobPart.id(parent.id(), 33, 2));
    }

    /** The sink reads queue and log at a pace of its own. */
    @Test
    void aJobMayBeDividedBeforeItsSubmissionIsRead() {
        parent = samples.job();
        divide();
        assertThat(queued()).isEmpty();
        submit(parent);
        assertThat(queued()).extracting(Job::id).containsExactly(part(0), part(1), part(2));
    }

    /** A crash came between the end of the first try and the end of its division. */
    @Test
    void aRetryInheritsNothingThatACrashHasLeft() {
        happens(samples.started(parent, 1));
        happens(new JobEvent.Failed(parent.id(), clock.instant(), 1, WORKER, "broken", null));
        var left = new DivisionStore(store());
        left.put(division());
        var failed = new PartNews.Failed(clock.instant(), 65, "broken", null);
        left.put(parent.id(), 1, new PartState(failed, 0, 3, 65));
        JobState.Failed end = (JobState.Failed) state(parent);
        happens(new JobEvent.Retried(parent.id(), clock.instant(), end.at(), 1));
        happens(samples.started(parent, 33));
        queued();
        happens(
                new JobEvent.Divided(
                        parent.id(), clock.instant(), 33, WORKER, division().division()));
        assertThat(queued()).hasSize(3);
        assertThat(state(parent)).isInstanceOf(JobState.Running.class);
    }
}
