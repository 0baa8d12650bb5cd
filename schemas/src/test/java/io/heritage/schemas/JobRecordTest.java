package io.heritage.schemas;

import static io.heritage.schemas.Samples.ID;
import static io.heritage.schemas.Samples.WORKER;
import static io.heritage.schemas.Samples.after;
import static io.heritage.schemas.Samples.completed;
import static io.heritage.schemas.Samples.failed;
import static io.heritage.schemas.Samples.job;
import static io.heritage.schemas.Samples.output;
import static io.heritage.schemas.Samples.progress;
import static io.heritage.schemas.Samples.started;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.JobState.Cancelled;
import io.heritage.schemas.JobState.Completed;
import io.heritage.schemas.JobState.Execution;
import io.heritage.schemas.JobState.Failed;
import io.heritage.schemas.JobState.Queued;
import io.heritage.schemas.JobState.Running;
import io.heritage.schemas.JobState.TimedOut;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class JobRecordTest {
    private final JobRecord queued = JobRecord.unseen(ID).submitted(job());

    @Test
    void aJobGoesFromTheQueueThroughAWorkerToItsResult() {
        assertThat(queued.state()).isEqualTo(new Queued(null));
        JobRecord running = queued.apply(started(1, 2));
        assertThat(running.state())
                .isEqualTo(new Running(new Execution(WORKER, after(2), 1), after(2), null, -1, 0));
        JobRecord done = running.apply(completed(1, 7));
        assertThat(done.state())
                .isEqualTo(new Completed(new Execution(WORKER, after(2), 1), after(7), output()));
        assertThat(done.delay()).contains(Duration.ofSeconds(2));
        assertThat(done.execution(after(100))).contains(Duration.ofSeconds(5));
        assertThat(done.retries()).isZero();
    }

    @Test
    void theOrderOfTheTwoTopicsDoesNotMatter() {
        JobRecord eventsFirst =
                JobRecord.unseen(ID).apply(started(1, 2)).apply(completed(1, 7)).submitted(job());
        assertThat(eventsFirst).isEqualTo(queued.apply(started(1, 2)).apply(completed(1, 7)));
    }

    @Test
    void theFirstTerminalEventWinsAndLaterOnesAreCounted() {
        JobRecord cancelled = queued.apply(new JobEvent.Cancelled(ID, after(1)));
        JobRecord later =
                cancelled.apply(started(1, 2)).apply(completed(1, 7)).apply(failed("late"));
        assertThat(later.state()).isEqualTo(new Cancelled(null, after(1)));
        assertThat(later.lateEvents()).isEqualTo(3);
    }

    @Test
    void anOvertakenProgressUpdateIsDropped() {
        JobRecord record = queued.apply(started(1, 2)).apply(progress(1, 5)).apply(progress(1, 4));
        assertThat(((Running) record.state()).progressSequence()).isEqualTo(5);
    }

    @Test
    void progressOfAnEarlierAttemptIsDropped() {
        JobRecord record = queued.apply(started(2, 2)).apply(progress(1, 5));
        assertThat(((Running) record.state()).progress()).isNull();
    }

    @Test
    void aSecondAttemptCountsAsARetryAndTimesStartWithIt() {
        JobRecord record = queued.apply(started(1, 2)).apply(started(2, 60));
        assertThat(record.retries()).isEqualTo(1);
        assertThat(record.delay()).contains(Duration.ofSeconds(60));
        assertThat(record.apply(started(1, 2)).state()).isEqualTo(record.state());
    }

    @Test
    void aDeliveryThatABusyWorkerGaveBackIsNoRetry() {
        assertThat(queued.apply(started(3, 2)).retries()).isZero();
    }

    @Test
    void aStartedEventReadTwiceChangesNothing() {
        JobRecord record = queued.apply(started(1, 2)).apply(progress(1, 5));
        assertThat(record.apply(started(1, 2))).isEqualTo(record);
    }

    @Test
    void aHandedBackJobIsInTheQueueAgain() {
        JobRecord record =
                queued.apply(started(1, 2)).apply(new JobEvent.HandedBack(ID, after(3), 1, WORKER));
        assertThat(record.state()).isEqualTo(new Queued(new Execution(WORKER, after(2), 1)));
        assertThat(record.apply(new JobEvent.HandedBack(ID, after(3), 1, WORKER)).state())
                .isEqualTo(record.state());
    }

    @Test
    void aLateHandBackDoesNotStopALaterAttempt() {
        JobRecord record = queued.apply(started(1, 2)).apply(started(2, 8));
        assertThat(record.apply(new JobEvent.HandedBack(ID, after(9), 1, WORKER)).state())
                .isEqualTo(record.state());
    }

    @Test
    void aLateStartOfAHandedBackAttemptDoesNotRunItAgain() {
        JobRecord record =
                queued.apply(started(1, 2))
                        .apply(new JobEvent.HandedBack(ID, after(3), 1, WORKER))
                        .apply(started(1, 2));
        assertThat(record.state()).isInstanceOf(Queued.class);
    }

    @Test
    void completionWithoutAStartStillTellsWhoDidIt() {
        JobRecord record = queued.apply(completed(3, 7));
        assertThat(record.state().lastExecution()).isEqualTo(new Execution(WORKER, after(7), 3));
    }

    @Test
    void aRejectedRequestIsAFailedJobThatNeverRan() {
        JobRecord record =
                JobRecord.unseen(ID).apply(new JobEvent.Rejected(job(), after(0), "no prompt"));
        assertThat(record.job()).isEqualTo(job());
        assertThat(record.state()).isEqualTo(new Failed(null, after(0), "no prompt", null));
        assertThat(record.delay()).isEmpty();
        assertThat(record.execution(after(9))).isEmpty();
    }

    @Test
    void partsThatAreReadyAreCounted() {
        JobRecord record =
                queued.apply(started(1, 2))
                        .apply(new JobEvent.PartReady(ID, after(3), 1, WORKER, 1, output()))
                        .apply(new JobEvent.PartReady(ID, after(3), 1, null, 0, output()));
        assertThat(((Running) record.state()).partsReady()).isEqualTo(2);
    }

    @Test
    void aTimedOutJobKeepsWhatWasKnownOfItsLastAttempt() {
        JobRecord record =
                queued.apply(started(1, 2)).apply(new JobEvent.TimedOut(ID, after(9), "expired"));
        assertThat(record.state())
                .isEqualTo(new TimedOut(new Execution(WORKER, after(2), 1), after(9), "expired"));
    }

    @Test
    void askingForAnEarlierEndOfAResultIsNoLateEvent() {
        JobRecord done = queued.apply(completed(1, 7));
        assertThat(done.apply(new JobEvent.ResultExpires(ID, after(8), after(9)))).isEqualTo(done);
    }

    @Test
    void aQueueThatIsPurgedLosesTheJobsThatWait() {
        var purged = new JobEvent.Purged(ID, after(3));
        JobRecord running = queued.apply(started(1, 2));
        assertThat(queued.apply(purged).state()).isEqualTo(new Cancelled(null, after(3)));
        assertThat(running.apply(purged)).isEqualTo(running);
    }

    @Nested
    class Retries {
        private final JobEvent.Retried retried = new JobEvent.Retried(ID, after(20), after(9), 2);
        private final JobRecord failed =
                queued.apply(started(1, 2)).apply(started(2, 4)).apply(failed(2, "bad"));
        private final JobRecord again = failed.apply(retried);

        @Test
        void aFailedJobWaitsAnewWithNothingOfItsPast() {
            assertThat(again.state()).isEqualTo(new Queued(null));
            assertThat(again.retries()).isZero();
            assertThat(again.delay()).isEmpty();
            assertThat(again.job()).isEqualTo(job().retriedAt(after(20), 32));
            JobRecord running = again.apply(started(33, 25));
            assertThat(running.delay()).contains(Duration.ofSeconds(5));
            assertThat(running.retries()).isZero();
            assertThat(running.apply(completed(33, 30)).state()).isInstanceOf(Completed.class);
        }

        @Test
        void whatAnAttemptBeforeStillSaysIsLate() {
            for (JobEvent late : List.of(started(2, 21), completed(2, 22), failed("later"))) {
                assertThat(again.apply(late).state()).isEqualTo(again.state());
            }
            assertThat(again.apply(started(33, 25)).apply(completed(1, 26)).state())
                    .isInstanceOf(Running.class);
        }

        /** After a crash what was read before is read again. */
        @Test
        void whatIsReadAgainDoesNotEndTheNewAttempt() {
            for (JobEvent end :
                    List.of(
                            new JobEvent.TimedOut(ID, after(9), "expired"),
                            new JobEvent.Failed(ID, after(9), 0, null, "lost", null),
                            new JobEvent.Failed(ID, after(9), 1, WORKER, "never begun", null),
                            new JobEvent.Rejected(job(), after(9), "no prompt"))) {
                List<JobEvent> past =
                        List.of(
                                end,
                                new JobEvent.Cancelled(ID, after(10)),
                                new JobEvent.Purged(ID, after(11)),
                                retried);
                JobRecord waiting = all(past, queued);
                assertThat(waiting.state()).as("after " + end).isEqualTo(new Queued(null));
                assertThat(all(past, waiting).state()).isEqualTo(new Queued(null));
                JobRecord running = all(past, waiting.apply(started(33, 25)));
                assertThat(running.state()).as("after " + end).isInstanceOf(Running.class);
                assertThat(running.apply(completed(33, 30)).state()).isInstanceOf(Completed.class);
            }
        }

        @Test
        void whatEndsTheNewAttemptEndsIt() {
            JobRecord running = again.apply(started(33, 25));
            for (JobEvent end :
                    List.of(
                            new JobEvent.TimedOut(ID, after(26), "expired"),
                            new JobEvent.Failed(ID, after(26), 33, null, "lost", null),
                            new JobEvent.Cancelled(ID, after(26)))) {
                assertThat(running.apply(end).state().isTerminal()).as("" + end).isTrue();
            }
            assertThat(again.apply(new JobEvent.Purged(ID, after(26))).state())
                    .isInstanceOf(Cancelled.class);
        }

        private JobRecord all(List<JobEvent> events, JobRecord to) {
            JobRecord record = to;
            for (JobEvent event : events) {
                record = record.apply(event);
            }
            return record;
        }

        @Test
        void itCountsOnceAndOnlyForAFailureOrATimeOut() {
            assertThat(again.apply(retried)).isEqualTo(again);
            JobRecord failedAgain =
                    again.apply(new JobEvent.Failed(ID, after(30), 33, WORKER, "bad again", null));
            assertThat(failedAgain.apply(retried)).isEqualTo(failedAgain);
            JobRecord done = queued.apply(started(1, 2)).apply(completed(1, 9));
            assertThat(done.apply(retried)).isEqualTo(done);
            JobRecord timedOut = queued.apply(new JobEvent.TimedOut(ID, after(9), "expired"));
            assertThat(timedOut.apply(retried).state()).isInstanceOf(Queued.class);
        }
    }

    @Test
    void partsGivenToAClientChangeNothing() {
        var streamed = new JobEvent.PartsStreamed(ID, after(8), 1, WORKER, 3, null);
        JobRecord running = queued.apply(started(1, 2));
        JobRecord done = running.apply(completed(1, 7));
        assertThat(running.apply(streamed)).isEqualTo(running);
        assertThat(done.apply(streamed)).isEqualTo(done);
    }

    /** Gateways that are asked at the same time may each write one. */
    @Test
    void theFirstSubmissionOfAKeyIsTheJobAndLaterOnesChangeNothing() {
        Job first = job("https://first.example/");
        Job second = job("https://second.example/");
        JobRecord record =
                JobRecord.unseen(ID).apply(new JobEvent.Submitted(first, after(0), null));
        assertThat(record.job()).isEqualTo(first);
        assertThat(record.state()).isInstanceOf(JobState.Queued.class);
        assertThat(record.apply(new JobEvent.Submitted(second, after(1), null))).isEqualTo(record);
        assertThat(record.apply(new JobEvent.Submitted(second, after(1), "wrong")))
                .isEqualTo(record);
    }

    @Test
    void aSubmissionOfAKeyWithAWrongInputFails() {
        JobRecord record =
                JobRecord.unseen(ID).apply(new JobEvent.Submitted(job(), after(0), "no prompt"));
        assertThat(record.job()).isEqualTo(job());
        assertThat(record.state()).isInstanceOf(JobState.Failed.class);
    }

    @Test
    void theSameKeyHasTheSameIdAndNoOther() {
        var endpoint = new EndpointId("restore");
        JobId id = JobId.forKey(false, "alice", endpoint, "k1");
        assertThat(id).isEqualTo(JobId.forKey(false, "alice", endpoint, "k1"));
        assertThat(id.value())
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}-u1");
        assertThat(JobId.forKey(true, "alice", endpoint, "k1").isSync()).isTrue();
        assertThat(
                        java.util.List.of(
                                JobId.forKey(false, "bob", endpoint, "k1"),
                                JobId.forKey(false, "alice", endpoint, "k2"),
                                JobId.forKey(true, "alice", endpoint, "k1"),
                                JobId.forKey(false, "alice", new EndpointId("restore2"), "k1")))
                .doesNotContain(id)
                .doesNotHaveDuplicates();
    }
}
