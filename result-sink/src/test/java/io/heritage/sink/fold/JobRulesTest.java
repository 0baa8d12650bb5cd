package io.heritage.sink.fold;

import static io.heritage.sink.Samples.ENDPOINT;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Job;
import io.heritage.sink.MovingClock;
import io.heritage.sink.Samples;
import io.heritage.sink.queue.QueuePlace;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobRulesTest {
    @TempDir Path stateDir;
    private final MovingClock clock = new MovingClock(Instant.parse("2026-11-22T10:00:00Z"));
    private final Job job = new Samples(clock).job();

    @Test
    void aJobThatIsNotSeenInItsQueueIsPutThereAgainLessAndLessOften() {
        JobRules rules = rules();
        TrackedJob tracked = waiting();
        for (int minutes : new int[] {5, 10, 20}) {
            Instant again = clock.instant().plus(Duration.ofMinutes(minutes));
            assertThat(rules.nextLook(tracked)).isEqualTo(again);
            clock.move(Duration.ofMinutes(minutes).minusMillis(1));
            assertThat(rules.stepOf(tracked)).isEqualTo(new JobRules.Step.Unchanged(again));
            clock.move(Duration.ofMillis(1));
            assertThat(rules.stepOf(tracked)).isEqualTo(new JobRules.Step.Enqueue());
            Job job = Objects.requireNonNull(tracked.job());
            tracked = tracked.requeued(job.requeuedAfter(job.attemptsUpTo(0)), clock.instant());
        }
    }

    /** What it stored before it was away, it has not heard of since. */
    @Test
    void aSinkThatStartsGivesTheFoldTimeFirst() {
        TrackedJob tracked = waiting();
        clock.move(Duration.ofHours(1));
        assertThat(rules().stepOf(tracked)).isInstanceOf(JobRules.Step.Unchanged.class);
    }

    @Test
    void aJobInItsQueueIsLookedAtAtTheEndOfItsTimeToLive() {
        JobRules rules = rules();
        TrackedJob tracked = waiting().at(new QueuePlace("heritage.jobs", 7));
        Instant end = clock.instant().plus(Samples.TTL);
        assertThat(rules.nextLook(tracked)).isEqualTo(end);
        clock.move(Duration.ofHours(1));
        assertThat(rules.stepOf(tracked)).isEqualTo(new JobRules.Step.Unchanged(end));
    }

    private TrackedJob waiting() {
        TrackedJob unseen = TrackedJob.unseen(job.id(), clock.instant());
        return unseen.folded(unseen.record().submitted(job), clock.instant());
    }

    private JobRules rules() {
        return new JobRules(
                Samples.config(stateDir, false),
                Map.of(ENDPOINT, Samples.endpoint()),
                new WorkerPresence(clock),
                new FakeQueueStarts(),
                clock);
    }
}
