package io.heritage.sink.fold;

import static io.heritage.sink.Samples.WORKER;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Command;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobState;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.schemas.WorkerId;
import io.heritage.schemas.WorkerStatus.Phase;
import io.heritage.sink.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that their queue or their worker has lost, and two workers at one job. */
@SuppressWarnings("NullAway.Init")
class LostJobsTest extends TopologyFixture {
    private static final String REQUEUED = "heritage_jobs_requeued_total{endpoint=\"interpolate\",";

    @Nested
    class LostJobs {
        private static final Duration PATIENCE = Duration.ofSeconds(60);

        @Test
        void aWaitingJobIsNeverLostByIdlenessHoweverLongWorkersAreIdle() {
            Job job = submit(samples.job());
            passWith(Phase.IDLE, null, Duration.ofMinutes(30));
            assertThat(putBack()).isEmpty();
            assertThat(state(job)).isInstanceOf(JobState.Queued.class);
            assertThat(said.isEmpty()).isTrue();
        }

        /** The lock window of the queue is full: nothing later is delivered, workers are idle. */
        @Test
        void jobsBehindAFullWindowWaitAndNoneFails() {
            Job longOne = submit(samples.job());
            happens(samples.started(longOne, 1));
            var waiting = new ArrayList<Job>();
            for (int i = 0; i < 100; i++) {
                waiting.add(submit(samples.job()));
            }
            for (Duration t = Duration.ZERO; t.compareTo(Duration.ofMinutes(8)) < 0; ) {
                workers.heartbeat(samples.worker(Phase.RUNNING, longOne.id()));
                workers.heartbeat(samples.worker(new WorkerId("idle"), Phase.IDLE, null));
                pass(HEARTBEAT);
                t = t.plus(HEARTBEAT);
            }
            assertThat(putBack()).isEmpty();
            assertThat(waiting).allMatch(job -> state(job) instanceof JobState.Queued);
            assertThat(state(longOne)).isInstanceOf(JobState.Running.class);
        }

        /** What is put back is read back, and lies behind all that was there. */
        @Test
        void aJobWhoseQueueRecordWillNotBeDeliveredIsPutBackAndNeverFailed() {
            Job job = submit(samples.job());
            for (int i = 0; i < 5; i++) {
                queues.start = i + 1;
                pass(Duration.ofSeconds(5));
                pass(PATIENCE.minusSeconds(5));
                assertThat(putBack()).isEmpty();
                pass(Duration.ofSeconds(10));
                assertThat(putBack()).containsExactly(job.requeuedAfter(32 * (i + 1)));
                assertThat(state(job)).isInstanceOf(JobState.Queued.class);
            }
            assertThat(page.text()).contains(REQUEUED + "reason=\"dropped\"} 5.0");
        }

        @Test
        void aJobThatTheQueueMayStillDeliverIsNotPutBack() {
            Job first = submit(samples.job());
            submit(samples.job());
            happens(samples.started(first, 1));
            happens(samples.completed(first, 1));
            queues.start = 1;
            passWith(Phase.IDLE, null, Duration.ofHours(1));
            assertThat(putBack()).isEmpty();
        }

        @Test
        void aJobThatIsBegunMeanwhileIsNotPutBack() {
            Job job = submit(samples.job());
            queues.start = 1;
            pass(PATIENCE.minusSeconds(10));
            happens(samples.started(job, 1));
            happens(samples.completed(job, 1));
            pass(PATIENCE);
            assertThat(putBack()).isEmpty();
        }

        @Test
        void aJobWhoseWorkerLivesIsNotLostHoweverQuietItIs() {
            Job job = submit(samples.job());
            happens(samples.started(job, 1));
            passWith(Phase.RUNNING, job.id(), Duration.ofMinutes(9));
            assertThat(said.isEmpty()).isTrue();
            assertThat(state(job)).isInstanceOf(JobState.Running.class);
        }

        @Test
        void anAttemptWhoseWorkerIsGoneIsGivenUpAfterTheLockAndItsJobWaitsInItsQueue() {
            Job job = submit(samples.job());
            happens(samples.started(job, 1));
            passWith(Phase.RUNNING, job.id(), Duration.ofSeconds(55));
            pass(PATIENCE.minusSeconds(10));
            assertThat(state(job)).isInstanceOf(JobState.Running.class);
            pass(Duration.ofSeconds(20));
            assertThat(state(job)).isInstanceOf(JobState.Queued.class);
            assertThat(putBack()).as("its queue delivers it again").isEmpty();
            assertThat(stop()).isEqualTo(new Command.Stop(job.id(), stopAt(), 1, WORKER));
            happens(samples.started(job, 2));
            assertThat(state(job)).isInstanceOf(JobState.Running.class);
            assertThat(tracked(job).record().unfinishedStarts()).isEqualTo(1);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2})
        void aPoisonJobFailsAfterOneUnfinishedStartMoreThanItsRetries(int retries) {
            close();
            open(Samples.config(stateDir, false, retries));
            Job job = submit(samples.job());
            for (int attempt = 1; attempt <= retries + 1; attempt++) {
                assertThat(state(job).isTerminal()).isFalse();
                happens(samples.started(job, attempt));
            }
            assertThat(state(job)).isInstanceOf(JobState.Running.class);
            pass(PATIENCE.plusSeconds(10));
            pass(Duration.ofSeconds(1));
            assertThat(((JobState.Failed) state(job)).error())
                    .isEqualTo(
                            "job timed out after %d retries: every worker that started it stopped before finishing",
                            retries);
        }

        @Test
        void aThirdStartIsStoppedAtOnce() {
            Job job = submit(samples.job());
            for (int attempt = 1; attempt <= 3; attempt++) {
                happens(samples.started(job, attempt));
            }
            pass(JobProcessor.LOOKS);
            assertThat(state(job)).isInstanceOf(JobState.Failed.class);
            assertThat(commands.readValuesToList())
                    .extracting(bytes -> Wire.decode(bytes, Command.class))
                    .hasAtLeastOneElementOfType(Command.Cancel.class);
        }

        @Test
        void handingBackIsNoUnfinishedStart() {
            Job job = submit(samples.job());
            for (int i = 0; i < 5; i++) {
                int attempt = 32 * i + 1;
                happens(samples.started(job, attempt));
                happens(new JobEvent.HandedBack(job.id(), clock.instant(), attempt, WORKER));
            }
            pass(Duration.ofSeconds(1));
            assertThat(state(job)).isInstanceOf(JobState.Queued.class);
        }

        @Test
        void aHandedBackJobIsPutBackAtOnceAndOnlyOnce() {
            Job job = submit(samples.job());
            happens(samples.started(job, 2));
            var back = new JobEvent.HandedBack(job.id(), clock.instant(), 2, WORKER);
            happens(back);
            happens(back);
            assertThat(putBack()).containsExactly(job.requeuedAfter(32));
            assertThat(page.text()).contains(REQUEUED + "reason=\"handed_back\"} 1.0");
        }

        private List<Job> putBack() {
            return queue.readValuesToList().stream().map(v -> Wire.decode(v, Job.class)).toList();
        }

        private Command.Stop stop() {
            lastStop = (Command.Stop) Wire.decode(commands.readValue(), Command.class);
            return lastStop;
        }

        private Instant stopAt() {
            return Objects.requireNonNull(lastStop).at();
        }

        private Command.@Nullable Stop lastStop;
    }

    /** Two hands on one job: see also {@code JobRecordTest} for all orders of their events. */
    @Nested
    class Fencing {
        private final WorkerId other = new WorkerId("left-behind");
        private final Job job = samples.job();

        @BeforeEach
        void start() {
            submit(job);
            happens(new JobEvent.Started(job.id(), clock.instant(), 1, other));
        }

        @Test
        void whoeverIsReplacedIsToldToStopAndNobodyElse() {
            happens(samples.started(job, 2));
            assertThat(command()).isEqualTo(new Command.Stop(job.id(), clock.instant(), 1, other));
            assertThat(commands.isEmpty()).isTrue();
        }

        @Test
        void whoeverStartsTooLateIsToldToStop() {
            happens(samples.started(job, 3));
            command();
            happens(samples.started(job, 2));
            assertThat(command()).isEqualTo(new Command.Stop(job.id(), clock.instant(), 2, WORKER));
            assertThat(tracked(job).attempt()).isEqualTo(3);
        }

        @Test
        void aCancelledJobThatIsStartedAllTheSameIsCancelledAgain() {
            happens(new JobEvent.Cancelled(job.id(), clock.instant()));
            happens(samples.started(job, 2));
            assertThat(command()).isEqualTo(new Command.Cancel(job.id(), clock.instant()));
            assertThat(state(job)).isInstanceOf(JobState.Cancelled.class);
        }

        @Test
        void completionOfAnOlderAttemptDropsNothingOfTheNewerOne() {
            happens(samples.started(job, 2));
            happens(samples.part(job, 2, 0));
            happens(
                    new JobEvent.Completed(
                            job.id(),
                            clock.instant(),
                            1,
                            other,
                            Payload.ofJson(Samples.json("{}"))));
            assertThat(state(job)).isInstanceOf(JobState.Running.class);
            assertThat(tracked(job).partsSoFar()).isEqualTo(new PartsProgress(1, 0, null));
            assertThat(tracked(job).record().lateEvents()).isEqualTo(1);
        }

        @Test
        void whatTheOtherHandsClientWasGivenDoesNotCount() {
            happens(samples.started(job, 1));
            happens(samples.part(job, 1, 0));
            happens(new JobEvent.PartsStreamed(job.id(), clock.instant(), 1, other, 1, null));
            assertThat(tracked(job).partsSoFar()).isEqualTo(new PartsProgress(1, 0, null));
        }

        @Test
        void theSameWorkerWithTheSameAttemptAnewBeginsWithTheFirstPart() {
            happens(samples.started(job, 1));
            happens(samples.part(job, 1, 0));
            clock.move(Duration.ofSeconds(40));
            happens(samples.started(job, 1));
            assertThat(tracked(job).partsSoFar()).isEqualTo(PartsProgress.NONE);
        }
    }
}
