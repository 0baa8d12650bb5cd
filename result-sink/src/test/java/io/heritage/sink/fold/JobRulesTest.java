package io.heritage.sink.fold;

import static io.heritage.sink.Samples.ENDPOINT;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Job;
import io.heritage.sink.MovingClock;
import io.heritage.sink.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobRulesTest {
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(30);

    @TempDir Path stateDir;
    private final MovingClock clock = new MovingClock(Instant.parse("2026-11-22T10:00:00Z"));
    private final Job job = new Samples(clock).job();

    @Test
    void aJobThatIsNotSeenInItsQueueIsPutThereAgainEveryHalfMinute() {
        JobRules rules = rules();
        TrackedJob tracked = waiting();
        Instant first = clock.instant().plus(ON_ITS_WAY);
        assertThat(rules.nextLook(tracked)).isEqualTo(first);
        clock.move(ON_ITS_WAY.minusMillis(1));
        assertThat(rules.stepOf(tracked)).isEqualTo(new JobRules.Step.Unchanged(first));
        for (int i = 0; i < 2; i++) {
            clock.move(ON_ITS_WAY);
            assertThat(rules.stepOf(tracked))
                    .isEqualTo(new JobRules.Step.Enqueue(clock.instant().plus(ON_ITS_WAY)));
        }
    }

    @Test
    void aJobInItsQueueIsLookedAtAtTheEndOfItsTimeToLive() {
        JobRules rules = rules();
        TrackedJob tracked = waiting().at(new QueuePlace("heritage.jobs", 7));
        Instant end = clock.instant().plus(Samples.TTL);
        assertThat(rules.nextLook(tracked)).isEqualTo(end);
        clock.move(ON_ITS_WAY.multipliedBy(2));
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
