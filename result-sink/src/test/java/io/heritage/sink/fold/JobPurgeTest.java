package io.heritage.sink.fold;

import static io.heritage.sink.Samples.ENDPOINT;
import static io.heritage.sink.Samples.WORKER;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobState;
import io.heritage.schemas.Lane;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.Wire;
import io.heritage.sink.store.CounterStore;
import io.heritage.sink.store.JobCounters;
import io.heritage.transport.kafka.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Jobs whose queue is purged. */
@SuppressWarnings("NullAway.Init")
class JobPurgeTest extends TopologyFixture {
    @Test
    void onlyWhatTheOwnerHasWaitingBeforeTheMarkIsCancelled() {
        Job waiting = submit(samples.job("alice"));
        Job another = submit(samples.job("bob"));
        Job running = submit(samples.job("alice"));
        happens(samples.started(running, 1));
        Job later = submit(samples.job("alice"));
        JobEvent.QueuePurged purge = purge("alice", 3);
        happens(purge);
        pass(JobProcessor.LOOKS);

        assertThat(state(waiting)).isInstanceOf(JobState.Cancelled.class);
        assertThat(state(another)).isInstanceOf(JobState.Queued.class);
        assertThat(state(running)).isInstanceOf(JobState.Running.class);
        assertThat(state(later)).isInstanceOf(JobState.Queued.class);
        assertThat(PurgeStore.purged(store(), purge.jobId())).hasValue(1);
        assertThat(inQueue()).isEqualTo(2);
        assertThat(commands.isEmpty()).as("one broadcast is enough").isTrue();
    }

    /** It was acknowledged before the purge, and the sink reads it after. */
    @Test
    void jobsOfAnotherLaneAreStillCountedThere() {
        Job low = lowPriority(samples.job());
        input(Topics.jobs(low)).pipeInput(low.id().value(), Wire.encode(low));
        submit(samples.job());
        submit(samples.job());
        happens(purge("alice", 3));

        JobCounters counters = CounterStore.sum(store(), ENDPOINT);
        assertThat(counters.of(Lane.HIGH)).isEqualTo(JobCounters.OfLane.NONE);
        assertThat(counters.of(Lane.LOW)).isEqualTo(new JobCounters.OfLane(1, 0));
    }

    private static Job lowPriority(Job job) {
        var policy = new ExecutionPolicy(job.policy().executionTimeout(), job.policy().ttl(), true);
        return new Job(
                job.id(),
                job.endpoint(),
                job.kind(),
                job.owner(),
                job.input(),
                policy,
                null,
                job.reply(),
                job.submittedAt(),
                0);
    }

    @Test
    void aJobWhoseSubmissionComesInLateIsCancelledAndCounted() {
        JobEvent.QueuePurged purge = purge("alice", 2);
        happens(purge);
        Job first = submit(samples.job("alice"));
        pass(JobProcessor.LOOKS);
        assertThat(PurgeStore.purged(store(), purge.jobId())).as("not through").isEmpty();
        Job second = submit(samples.job("alice"));
        Job third = submit(samples.job("alice"));
        pass(JobProcessor.LOOKS);

        assertThat(state(first)).isInstanceOf(JobState.Cancelled.class);
        assertThat(state(second)).isInstanceOf(JobState.Cancelled.class);
        assertThat(state(third)).isInstanceOf(JobState.Queued.class);
        assertThat(PurgeStore.purged(store(), purge.jobId())).hasValue(2);
    }

    /** Its record lies before the mark, and is delivered again. */
    @Test
    void aJobThatRanWhenItsQueueWasPurgedSurvivesTheLossOfItsWorker() {
        Job job = submit(samples.job("alice"));
        happens(samples.started(job, 1));
        happens(purge("alice", 1));
        happens(new JobEvent.Abandoned(job.id(), clock.instant(), 1, WORKER));
        assertThat(state(job)).isInstanceOf(JobState.Queued.class);
        submit(job); // as read again after a crash
        assertThat(state(job)).isInstanceOf(JobState.Queued.class);
    }

    @Test
    void aJobThatIsRetriedAfterThePurgeIsNotCancelled() {
        Job job = submit(samples.job("alice"));
        happens(samples.started(job, 1));
        happens(samples.failed(job, "bad"));
        happens(purge("alice", 1));
        Instant endedAt = ((JobState.Terminal) state(job)).at();
        happens(new JobEvent.Retried(job.id(), clock.instant(), endedAt, 1));
        Job again = Wire.decode(queue.readValue(), Job.class);
        submit(again);
        assertThat(state(job)).isInstanceOf(JobState.Queued.class);
    }

    @Test
    void theWebhookOfAPurgedJobIsCalled() {
        Job job = submit(samples.job("http://client.example/hook", ReplyShape.ENVELOPE));
        happens(purge("alice", 1));
        assertThat(tracked(job).isWebhookPending()).isTrue();
    }

    @Test
    void nothingOfAPurgeIsKeptLongerThanItCanBeAskedAfter() {
        submit(samples.job("alice"));
        JobEvent.QueuePurged purge = purge("alice", 1);
        happens(purge);
        pass(Duration.ofMinutes(9));
        assertThat(keys()).contains("+" + purge.jobId());
        pass(Duration.ofMinutes(2));
        assertThat(keys()).doesNotContain("+" + purge.jobId());
    }

    /** Submissions, events and the purge in any order that can come about. */
    @Test
    void whateverTheOrderEachCoveredJobThatWaitedIsCancelledAndCountedOnce() {
        for (int round = 0; round < 60; round++) {
            long seed = 20_261_128L + round;
            inAnyOrder(new Random(seed), seed);
        }
    }

    private void inAnyOrder(Random random, long seed) {
        long first = submitted;
        int jobs = 1 + random.nextInt(12);
        long mark = first + random.nextInt(jobs + 1);
        String owner = "owner" + seed;
        JobEvent.QueuePurged purge = purge(owner, mark);
        var made = new ArrayList<Job>();
        var begun = new HashSet<JobId>();
        var steps = new ArrayList<List<Runnable>>();
        steps.add(
                new ArrayList<>(
                        List.of(() -> {
                            happens(purge);
                            happens(purge); // as read again
                        })));
        var submissions = new ArrayList<Runnable>();
        for (int i = 0; i < jobs; i++) {
            Job job = samples.job(random.nextInt(3) == 0 ? "bob" : owner);
            made.add(job);
            submissions.add(() -> submit(job));
            if (random.nextInt(3) == 0) {
                begun.add(job.id());
                steps.add(new ArrayList<>(eventsOf(job, random.nextInt(4))));
            }
        }
        steps.add(submissions);
        while (!steps.isEmpty()) {
            List<Runnable> next = steps.get(random.nextInt(steps.size()));
            next.removeFirst().run();
            steps.removeIf(List::isEmpty);
        }
        pass(JobProcessor.LOOKS);
        int cancelled = 0;
        for (int i = 0; i < jobs; i++) {
            Job job = made.get(i);
            boolean covered = first + i < mark && job.owner().equals(owner);
            boolean isCancelled = state(job) instanceof JobState.Cancelled;
            cancelled += isCancelled ? 1 : 0;
            if (!covered) {
                assertThat(isCancelled).as("seed %d, not covered: %d", seed, i).isFalse();
            } else if (!begun.contains(job.id())) {
                assertThat(isCancelled).as("seed %d, covered: %d", seed, i).isTrue();
            }
        }
        assertThat(PurgeStore.purged(store(), purge.jobId()))
                .as("seed %d", seed)
                .hasValue(cancelled);
        all.addAll(made);
        assertThat(inQueue())
                .as("seed %d", seed)
                .isEqualTo(
                        all.stream().filter(job -> state(job) instanceof JobState.Queued).count());
    }

    private final List<Job> all = new ArrayList<>();

    private List<Runnable> eventsOf(Job job, int how) {
        Runnable started = () -> happens(samples.started(job, 1));
        return switch (how) {
            case 0 -> List.of(started);
            case 1 -> List.of(started, () -> happens(samples.completed(job, 1)));
            case 2 -> List.of(started, () -> happens(samples.failed(job, "bad")));
            default ->
                    List.of(
                            started,
                            () ->
                                    happens(
                                            new JobEvent.Abandoned(
                                                    job.id(), clock.instant(), 1, WORKER)));
        };
    }

    private JobEvent.QueuePurged purge(String owner, long before) {
        return new JobEvent.QueuePurged(
                JobId.forPurge(clock), clock.instant(), ENDPOINT, owner, Map.of(QUEUE, before));
    }

    private long inQueue() {
        JobCounters counters = CounterStore.sum(store(), ENDPOINT);
        assertThat(counters.ofNoLane()).isEqualTo(JobCounters.OfLane.NONE);
        assertThat(counters.of(Lane.HIGH).inQueue()).isEqualTo(counters.inQueue());
        return counters.inQueue();
    }
}
