package io.heritage.sink.fold;

import static io.heritage.sink.Samples.ENDPOINT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobState;
import io.heritage.schemas.Lane;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.Wire;
import io.heritage.schemas.WorkerStatus.Phase;
import io.heritage.sink.Samples;
import io.heritage.sink.queue.QueuePlace;
import io.heritage.sink.queue.WaitingPlaces;
import io.heritage.sink.store.CounterStore;
import io.heritage.sink.store.JobCounters;
import io.heritage.sink.store.JobCounters.OfLane;
import io.heritage.sink.store.JobPage;
import io.heritage.sink.streams.StreamsSettings;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What becomes of a job by its submission and its events, and what that costs. */
@SuppressWarnings("NullAway.Init")
class JobTopologyTest extends TopologyFixture {
    @Test
    void aJobIsFoldedFromItsSubmissionAndItsEvents() {
        Job job = submit(samples.job());
        assertThat(state(job)).isInstanceOf(JobState.Queued.class);
        happens(samples.started(job, 1));
        assertThat(state(job)).isInstanceOf(JobState.Running.class);
        happens(samples.completed(job, 1));
        assertThat(state(job)).isInstanceOf(JobState.Completed.class);
    }

    @Test
    void theEndOfAnAttemptIsFoldedWithinItsTrace() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var header = new RecordHeaders();
        header.add("traceparent", ("00-" + trace + "-00f067aa0ba902b7-01").getBytes(UTF_8));
        Job job = submit(samples.job());
        for (JobEvent event : List.of(samples.started(job, 1), samples.completed(job, 1))) {
            events.pipeInput(new TestRecord<>(job.id().value(), Wire.encode(event), header));
        }
        assertThat(state(job)).isInstanceOf(JobState.Completed.class);
        assertThat(spans.getFinishedSpanItems())
                .singleElement()
                .satisfies(span -> {
                    assertThat(span.getName()).isEqualTo("fold");
                    assertThat(span.getTraceId()).isEqualTo(trace);
                    assertThat(span.getAttributes().asMap().toString())
                            .contains(
                                    "messaging.operation.type=process",
                                    "messaging.operation.name=fold",
                                    "messaging.destination.name=heritage.events",
                                    "messaging.destination.partition.id=0",
                                    "messaging.message.id=" + job.id());
                });
    }

    @Test
    void aHeaderThatIsNoTraceChangesNothing() {
        var header = new RecordHeaders();
        header.add("traceparent", new byte[] {(byte) 0xc3, 0, '-'});
        Job job = submit(samples.job());
        events.pipeInput(
                new TestRecord<>(job.id().value(), Wire.encode(samples.completed(job, 1)), header));
        assertThat(state(job)).isInstanceOf(JobState.Completed.class);
        assertThat(spans.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void eventsMayComeBeforeTheSubmission() {
        Job job = samples.job();
        happens(samples.started(job, 1));
        happens(samples.completed(job, 1));
        assertThat(tracked(job).isFinished()).isFalse();
        submit(job);
        assertThat(tracked(job).isFinished()).isTrue();
    }

    @Test
    void jobsOfVersionsWithoutAListAreListed() {
        Job job = submit(samples.job());
        keys().stream().filter(key -> key.startsWith(".")).forEach(store()::delete);
        store().delete("/");

        new JobStore(store(), new WaitingPlaces()).listJobsOfFormerVersions();

        var page = JobStore.list(store(), ENDPOINT, job.owner(), "", _ -> true, j -> j, 10, 10);
        assertThat(page.rows()).extracting(row -> row.job().id()).containsExactly(job.id());
    }

    /** A hundred jobs of a megabyte each are not held together. */
    @Test
    void ofAListedJobOnlyWhatIsShownIsKept() {
        submit(samples.job());
        Job job = submit(samples.job());
        var listed = new ArrayList<WeakReference<TrackedJob>>();

        JobPage<String> page =
                JobStore.list(
                        store(),
                        ENDPOINT,
                        job.owner(),
                        "",
                        found -> listed.add(new WeakReference<>(found)),
                        found -> found.id().value(),
                        10,
                        10);

        await().atMost(Duration.ofSeconds(20))
                .until(() -> {
                    System.gc();
                    return listed.stream().allMatch(found -> found.refersTo(null));
                });
        assertThat(page.rows()).hasSize(2).hasSameSizeAs(listed);
    }

    @Test
    void whoWaitsBeforeAJobIsKnownAlsoAfterTheStoreWasOpenedAgain() {
        List<Job> waiting = List.of(submit(samples.job()), submit(samples.job()));
        Job last = submit(samples.job());
        QueuePlace place = Objects.requireNonNull(tracked(last).place());
        assertThat(order.before(place)).isEqualTo(2);
        happens(samples.started(waiting.getFirst(), 1));
        assertThat(order.before(place)).isEqualTo(1);
        happens(new JobEvent.Cancelled(waiting.getLast().id(), clock.instant()));
        assertThat(order.before(place)).isZero();
        happens(
                new JobEvent.HandedBack(
                        waiting.getFirst().id(), clock.instant(), 1, Samples.WORKER));
        Job behind = submit(samples.job());
        QueuePlace lastOfAll = Objects.requireNonNull(tracked(behind).place());
        assertThat(order.before(lastOfAll)).isEqualTo(2);

        var opened = new WaitingPlaces();
        var unused = new JobStore(store(), opened);
        assertThat(opened.before(lastOfAll)).isEqualTo(2);
        assertThat(opened.before(place)).isZero();
    }

    /** Two gateways at the same instant, then one of them again, then after the end. */
    @Test
    void submissionsOfOneKeyMakeOneQueueRecord() {
        Job job = samples.job();
        happens(new JobEvent.Submitted(job, clock.instant(), null));
        happens(new JobEvent.Submitted(job, clock.instant(), null));
        happens(new JobEvent.Submitted(job, clock.instant(), "wrong"));
        assertThat(queue.readValuesToList()).hasSize(1);
        assertThat(state(job)).isInstanceOf(JobState.Queued.class);
        assertThat(tracked(job).isPlaced()).as("the sink has read its queue record").isTrue();
        happens(samples.started(job, 1));
        happens(samples.completed(job, 1));
        happens(new JobEvent.Submitted(job, clock.instant(), null));
        assertThat(state(job)).isInstanceOf(JobState.Completed.class);
        assertThat(queue.isEmpty()).isTrue();
    }

    /** As after the kill of a sink whose state is stored and whose queue record is not. */
    @Test
    void aQueueRecordThatGotLostIsWrittenAgain() {
        Job job = samples.job();
        happens(new JobEvent.Submitted(job, clock.instant(), null));
        queue.readValue();
        TrackedJob seen = tracked(job);
        TrackedJob lost = seen.at(null);
        new JobStore(store(), new WaitingPlaces()).put(seen, lost, clock.instant().plusSeconds(30));
        pass(Duration.ofSeconds(299));
        assertThat(queue.isEmpty()).isTrue();
        pass(Duration.ofSeconds(2));
        assertThat(Wire.decode(queue.readValue(), Job.class))
                .isEqualTo(job.requeuedAfter(job.attemptsUpTo(0)));
        assertThat(tracked(job).isPlaced()).isTrue();
        pass(Duration.ofMinutes(20));
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void aRecordThatCannotBeReadIsCountedAndPassedBy() {
        Job job = submit(samples.job());
        events.pipeInput(job.id().value(), "no json".getBytes(UTF_8));
        events.pipeInput("another-id", Wire.encode(samples.started(job, 1)));
        happens(samples.completed(job, 1));
        assertThat(badRecords).hasValue(2);
        assertThat(state(job)).isInstanceOf(JobState.Completed.class);
    }

    /** Whoever passed it by would lose it for the version that can read it. */
    @Test
    void aRecordOfALaterVersionStopsTheFold() {
        Job job = submit(samples.job());
        byte[] later =
                new String(Wire.encode(samples.started(job, 1)), UTF_8)
                        .replace("\"v\":1", "\"v\":2")
                        .getBytes(UTF_8);
        assertThatThrownBy(() -> events.pipeInput(job.id().value(), later))
                .hasRootCauseMessage("message version 2, this process reads 1 to 1");
        assertThat(badRecords).hasValue(0);
    }

    @Nested
    class Cost {
        @Test
        void aWaitingJobWritesNothingUntilItsDeadline() {
            for (int i = 0; i < 50; i++) {
                submit(samples.job("https://client.example/hook", ReplyShape.ENVELOPE));
            }
            passWith(Phase.IDLE, null, Duration.ofSeconds(10));
            long before = changes();
            passWith(Phase.RUNNING, new JobId("another"), Duration.ofMinutes(20));
            passWith(Phase.IDLE, null, Duration.ofMinutes(20));
            assertThat(changes() - before).isZero();
        }

        @Test
        void progressDoesNotWriteTheSubmissionAgain() {
            Job job = submit(samples.job());
            happens(samples.started(job, 1));
            byte[] stored = Objects.requireNonNull(store().get(job.id().value()));
            assertThat(new String(stored, UTF_8)).doesNotContain("steps");
            long before = changes();
            happens(samples.progress(job, 1));
            assertThat(changes() - before).isEqualTo(1);
        }

        @Test
        void aJobKeptWithItsSubmissionByAVersionBeforeIsRead() {
            Job job = submit(samples.job());
            TrackedJob tracked = tracked(job);
            store().put(job.id().value(), Wire.encode(tracked));
            store().delete("*" + job.id().value());
            assertThat(tracked(job)).isEqualTo(tracked);
            happens(samples.completed(job, 1));
            assertThat(tracked(job).job()).isEqualTo(job);
        }

        private long changes() {
            return output(StreamsSettings.APPLICATION + "-" + JobStore.STORE + "-changelog")
                    .getQueueSize();
        }
    }

    @Nested
    class Counters {
        @Test
        void everyJobIsCountedOnceWhereItIs() {
            Job waiting = submit(samples.job());
            Job running = submit(samples.job());
            Job done = submit(samples.job());
            Job failed = submit(samples.job());
            Job cancelled = submit(samples.job());
            for (int i = 0; i < 2; i++) {
                submit(waiting);
                happens(samples.started(running, 1));
                happens(samples.started(running, 2));
                happens(samples.started(done, 1));
                happens(samples.completed(done, 1));
                happens(samples.failed(failed, "bad"));
                happens(new JobEvent.Cancelled(cancelled.id(), clock.instant()));
            }
            JobCounters counters = counters(ENDPOINT);
            assertThat(counters.inQueue()).isEqualTo(1);
            assertThat(counters.inProgress()).isEqualTo(1);
            assertThat(counters.completed()).isEqualTo(1);
            assertThat(counters.failed()).isEqualTo(1);
            assertThat(counters.retried()).isEqualTo(1);
            assertThat(counters.of(Lane.HIGH)).isEqualTo(new OfLane(1, 1));
            assertThat(counters.of(Lane.LOW)).isEqualTo(OfLane.NONE);
            assertThat(counters.ofNoLane()).isEqualTo(OfLane.NONE);
        }

        @Test
        void jobsThatAVersionBeforeCountedAreOfNoLaneUntilNoneIsLeft() throws Exception {
            Job old = submit(samples.job());
            String key = "#" + ENDPOINT.value();
            var stored = (ObjectNode) Wire.json().readTree(store().get(key));
            assertThat(stored.remove("lanes")).isNotNull();
            store().put(key, stored.toString().getBytes(UTF_8));
            Job job = submit(samples.job());
            assertThat(counters(ENDPOINT).of(Lane.HIGH)).isEqualTo(new OfLane(1, 0));
            assertThat(counters(ENDPOINT).ofNoLane()).isEqualTo(new OfLane(1, 0));
            for (Job one : List.of(old, job)) {
                happens(samples.completed(one, 1));
            }
            assertThat(counters(ENDPOINT).lanes()).isEmpty();
            assertThat(counters(ENDPOINT).ofNoLane()).isEqualTo(OfLane.NONE);
        }

        @Test
        void totalsOutliveTheJobs() {
            Job job = submit(samples.job());
            happens(samples.completed(job, 1));
            pass(Duration.ofDays(1));
            assertThat(counters(ENDPOINT).completed()).isEqualTo(1);
            assertThat(counters(ENDPOINT).inQueue()).isZero();
        }

        @Test
        void aChangeCountedBeforeACrashIsNotCountedAgain() {
            Job job = submit(samples.job());
            byte[] before = store().get(job.id().value());
            happens(samples.completed(job, 1));
            store().put(job.id().value(), before);
            happens(samples.completed(job, 1));
            assertThat(counters(ENDPOINT).completed()).isEqualTo(1);
            assertThat(state(job)).isInstanceOf(JobState.Completed.class);
        }

        private JobCounters counters(EndpointId endpoint) {
            return CounterStore.sum(store(), endpoint);
        }
    }
}
