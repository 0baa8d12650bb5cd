package io.heritage.sink.fold;

import static io.heritage.sink.Samples.WORKER;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobState;
import io.heritage.schemas.Payload;
import io.heritage.schemas.WorkerStatus.Phase;
import io.heritage.sink.Samples;
import io.heritage.sink.store.ExpiredJobStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the passing of time does to jobs, and clocks that differ. */
@SuppressWarnings("NullAway.Init")
class JobTimesTest extends TopologyFixture {
    @Nested
    class Time {
        @Test
        void aJobPastItsTtlIsReportedTimedOut() {
            Job job = submit(samples.job());
            pass(Samples.TTL.minusSeconds(1));
            assertThat(state(job)).isInstanceOf(JobState.Queued.class);
            pass(Duration.ofSeconds(2));
            assertThat(((JobState.TimedOut) state(job)).error()).isEqualTo("job expired");
            assertThat(said.readValue()).isNotNull();
            assertThat(said.isEmpty()).isTrue();
            assertThat(commands.isEmpty()).isTrue();
        }

        @Test
        void aJobThatRunsPastItsTtlIsStopped() {
            Job job = submit(samples.job());
            pass(Samples.TTL.minusSeconds(1));
            happens(samples.started(job, 1));
            pass(Duration.ofSeconds(2));
            assertThat(state(job)).isInstanceOf(JobState.TimedOut.class);
            assertThat(command().jobId()).isEqualTo(job.id());
        }

        @Test
        void aJobThatRunsTooLongFailsAndItsWorkerIsToldToStop() {
            Job job = submit(samples.job());
            happens(samples.started(job, 1));
            passWith(Phase.RUNNING, job.id(), Samples.EXECUTION_TIMEOUT.minusSeconds(10));
            assertThat(state(job)).isInstanceOf(JobState.Running.class);
            pass(Duration.ofSeconds(11));
            assertThat(((JobState.Failed) state(job)).error())
                    .isEqualTo("executionTimeout exceeded");
            assertThat(command().jobId()).isEqualTo(job.id());
        }

        @Test
        void theExecutionTimeCountsFromTheLastAttempt() {
            Job job = submit(samples.job());
            happens(samples.started(job, 1));
            passWith(Phase.RUNNING, job.id(), Samples.EXECUTION_TIMEOUT.minusMinutes(1));
            happens(samples.started(job, 2));
            passWith(Phase.RUNNING, job.id(), Duration.ofMinutes(5));
            assertThat(state(job)).isInstanceOf(JobState.Running.class);
        }

        @Test
        void aResultIsForgottenAfterItsRetention() {
            Job job = submit(samples.job());
            happens(samples.completed(job, 1));
            pass(Samples.endpoint().resultRetention().minusSeconds(1));
            assertThat(find(job.id())).isNotNull();
            pass(Duration.ofSeconds(2));
            assertThat(find(job.id())).isNull();
            assertThat(ExpiredJobStore.find(store(), job.id()).orElseThrow().owner())
                    .isEqualTo(job.owner());
        }

        @Test
        void thatAJobExpiredIsKnownForADay() {
            Job job = submit(samples.job());
            happens(samples.completed(job, 1));
            pass(Samples.endpoint().resultRetention().plusSeconds(1));
            pass(JobRules.EXPIRED_KNOWN.minusSeconds(1));
            assertThat(ExpiredJobStore.find(store(), job.id())).isPresent();
            pass(Duration.ofSeconds(2));
            assertThat(keys()).isEqualTo(List.of("#interpolate", "'"));
        }

        @Test
        void aClientMayHaveItsResultForgottenEarlierButNotLater() {
            Job job = submit(samples.job());
            happens(samples.completed(job, 1));
            happens(expires(job, Duration.ofSeconds(6)));
            happens(expires(job, Duration.ofHours(1)));
            pass(Duration.ofSeconds(7));
            assertThat(find(job.id())).isNull();
        }

        @Test
        void aSubmissionReadAgainAfterItsRetentionDoesNotBringAPutBackJobToLife() {
            submit(samples.job().requeuedAfter(1));
            assertThat(keys()).isEmpty();
        }

        private JobEvent expires(Job job, Duration after) {
            return new JobEvent.ResultExpires(
                    job.id(), clock.instant(), clock.instant().plus(after));
        }
    }

    /** Workers' and gateways' clocks are a minute ahead or behind; only the sink's counts. */
    @Nested
    class OtherClocks {
        @Test
        void aResultOfAWorkerWhoseClockIsBehindIsKeptAsLongAsAnyOther() {
            for (Duration off : List.of(Duration.ofMinutes(-1), Duration.ofMinutes(1))) {
                Job job = submit(samples.job());
                Instant theirs = clock.instant().plus(off);
                happens(new JobEvent.Started(job.id(), theirs, 1, WORKER));
                happens(
                        new JobEvent.Completed(
                                job.id(), theirs, 1, WORKER, Payload.ofJson(Samples.json("{}"))));
                pass(Samples.endpoint().resultRetention().minusSeconds(1));
                assertThat(find(job.id())).isNotNull();
                pass(Duration.ofSeconds(2));
                assertThat(find(job.id())).isNull();
            }
        }

        @Test
        void theExecutionTimeOutCountsFromWhenTheStartWasHeard() {
            for (Duration off : List.of(Duration.ofMinutes(-1), Duration.ofMinutes(1))) {
                Job job = submit(samples.job());
                happens(new JobEvent.Started(job.id(), clock.instant().plus(off), 1, WORKER));
                passWith(Phase.RUNNING, job.id(), Samples.EXECUTION_TIMEOUT.minusSeconds(10));
                assertThat(state(job)).isInstanceOf(JobState.Running.class);
                passWith(Phase.RUNNING, job.id(), Duration.ofSeconds(20));
                assertThat(state(job)).isInstanceOf(JobState.Failed.class);
            }
        }

        @Test
        void theTimeToLiveCountsFromWhenTheSubmissionWasSeen() {
            for (Duration off : List.of(Duration.ofMinutes(-1), Duration.ofMinutes(1))) {
                Job job = submit(samples.job().retriedAt(clock.instant().plus(off), 0));
                pass(Samples.TTL.minusSeconds(1));
                assertThat(state(job)).isInstanceOf(JobState.Queued.class);
                pass(Duration.ofSeconds(2));
                assertThat(state(job)).isInstanceOf(JobState.TimedOut.class);
            }
        }
    }
}
