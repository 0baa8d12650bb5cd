package io.heritage.sink.fold;

import static io.heritage.sink.Samples.ENDPOINT;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobState;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.Wire;
import io.heritage.sink.Samples;
import io.heritage.sink.store.CounterStore;
import io.heritage.sink.store.JobCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Failed jobs that are run again. */
@SuppressWarnings("NullAway.Init")
class JobRetriesTest extends TopologyFixture {
    private static final String HOOK = "https://client.example/hook";

    @Test
    void aRetriedJobWaitsAnewWithNothingOfItsPastAndCallsItsWebhookAgain() {
        Job job = submit(samples.job(HOOK, ReplyShape.ENVELOPE));
        happens(samples.started(job, 1));
        happens(samples.part(job, 1, 0));
        happens(samples.started(job, 2));
        happens(samples.part(job, 2, 0));
        happens(samples.failed(job, 2, "bad"));
        webhooks.answers.add(new WebhookCall.Delivered("status 200"));
        pass(Duration.ofMinutes(1));
        Job again = job.retriedAt(clock.instant(), 32);

        JobEvent retried = retried(job);
        happens(retried);
        happens(retried);

        assertThat(queue.readValuesToList())
                .extracting(bytes -> Wire.decode(bytes, Job.class))
                .containsExactly(again);
        assertThat(tracked(job).job()).isEqualTo(again);
        assertThat(tracked(job).partsSoFar()).isEqualTo(PartsProgress.NONE);
        assertThat(keys()).noneMatch(key -> key.startsWith("%"));
        JobCounters counters = CounterStore.sum(store(), ENDPOINT);
        assertThat(counters.inQueue()).isEqualTo(1);
        assertThat(counters.failed()).isEqualTo(1);
        assertThat(counters.retried()).isEqualTo(1);
        happens(samples.started(job, 33));
        happens(samples.completed(job, 33));
        webhooks.answers.add(new WebhookCall.Delivered("status 200"));
        pass(Duration.ofMinutes(1));
        assertThat(webhooks.called)
                .extracting(called -> called.state().status())
                .containsExactly("FAILED", "COMPLETED");
    }

    @Test
    void aJobThatTimedOutLivesAsLongAgain() {
        Job job = submit(samples.job());
        pass(Samples.TTL.plusSeconds(1));
        happens(retried(job));
        pass(Samples.TTL.minusMinutes(1));
        assertThat(state(job)).isInstanceOf(JobState.Queued.class);
        pass(Duration.ofMinutes(2));
        assertThat(state(job)).isInstanceOf(JobState.TimedOut.class);
    }

    @Test
    void aRetriedJobThatIsLostIsPutBackBehindAllItsAttempts() {
        Job job = submit(samples.job());
        happens(samples.started(job, 3));
        happens(samples.failed(job, 3, "bad"));
        happens(retried(job));
        queue.readValuesToList();
        queues.start = 2;
        pass(Duration.ofSeconds(5));
        pass(Duration.ofSeconds(61));
        assertThat(queue.readValuesToList())
                .extracting(bytes -> Wire.decode(bytes, Job.class).attemptsBefore())
                .containsExactly(64);
    }

    /** As after a crash: the state is stored more often than what has been read. */
    @Test
    void theResultOfARetriedJobOutlivesEventsThatAreReadAgain() {
        Job job = submit(samples.job());
        happens(samples.started(job, 1));
        pass(Samples.TTL.plusSeconds(1));
        var past = new ArrayList<JobEvent>();
        past.add(samples.started(job, 1));
        past.add(
                new JobEvent.TimedOut(
                        job.id(), ((JobState.Terminal) state(job)).at(), "job expired"));
        past.add(retried(job));
        happens(past.getLast());
        clock.move(Duration.ofSeconds(1));
        past.add(samples.started(job, 33));
        happens(past.getLast());
        queue.readValuesToList();

        past.forEach(this::happens);
        happens(samples.completed(job, 33));

        assertThat(queue.isEmpty()).isTrue();
        assertThat(state(job)).isInstanceOf(JobState.Completed.class);
    }

    private JobEvent retried(Job job) {
        Instant endedAt = ((JobState.Terminal) state(job)).at();
        return new JobEvent.Retried(
                job.id(), clock.instant(), endedAt, tracked(job).record().attempts());
    }
}
