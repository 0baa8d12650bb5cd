package io.heritage.processor.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Command;
import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.PublishedModel;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.media.DiskFull;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How the loop runs a job, and how it ends. */
class JobLoopTest extends JobLoopFixture {
    @Test
    void anAttemptAndItsStagesAreSpansOfTheJobsTrace() throws InterruptedException {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        job = job.tracedAs("00-" + trace + "-00f067aa0ba902b7-01");
        run(observer -> {
            observer.progress(new WorkProgress("decode", 0.1, 0, 4));
            observer.progress(new WorkProgress("frames", 0.5, 2, 4));
            observer.progress(new WorkProgress("frames", 0.9, 3, 4));
            return nothing();
        });
        assertThat(spans.getFinishedSpanItems())
                .extracting(SpanData::getName)
                .containsExactly("queue", "decode", "frames", "process " + Topics.jobs(job));
        assertThat(spans.getFinishedSpanItems())
                .extracting(SpanData::getTraceId)
                .containsOnly(trace);
    }

    @Test
    void stagesAreRecordedWithTheModelThatTheJobAsksForAndMemoryThatRanOutWithItsStep()
            throws InterruptedException {
        run(attempt -> {
            attempt.uses(PublishedModel.SEEDVR2_3B);
            attempt.progress(new WorkProgress("decode", 0, 4));
            attempt.progress(new WorkProgress("frames", 2, 4));
            attempt.ranOutOfMemory("VAE slices of 4 frames");
            return nothing();
        });
        assertThat(page.text())
                .contains(
                        "heritage_stage_seconds_count{endpoint=\"e\",model=\"seedvr2_3b\",stage=\"decode\"} 1",
                        "heritage_stage_seconds_count{endpoint=\"e\",model=\"seedvr2_3b\",stage=\"frames\"} 1",
                        "heritage_oom_fallbacks_total{endpoint=\"e\",step=\"VAE slices of 4 frames\"} 1",
                        "heritage_attempts_total{endpoint=\"e\",outcome=\"completed\"} 1");
    }

    @Test
    void theSpanOfAnAttemptSaysWhichRecordAndModelItIsAboutAndWhyItFailed()
            throws InterruptedException {
        run(attempt -> {
            attempt.uses(PublishedModel.SEEDVR2_3B);
            throw new JobFailed("a secret prompt");
        });
        SpanData span = spans.getFinishedSpanItems().getLast();
        assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
        assertThat(span.getAttributes().asMap().toString())
                .contains(
                        "messaging.system=kafka",
                        "messaging.operation.type=process",
                        "messaging.operation.name=process",
                        "messaging.destination.name=heritage.jobs.e.high",
                        "messaging.destination.partition.id=0",
                        "messaging.message.id=" + job.id(),
                        "heritage.model=seedvr2_3b",
                        "heritage.outcome=failed",
                        "error.type=not_possible")
                .doesNotContain("secret");
    }

    @Test
    void anAttemptThatIsHandedBackAndTheNextOneAreOfTheSameTrace() throws InterruptedException {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        job = job.tracedAs("00-" + trace + "-00f067aa0ba902b7-01");
        run(_ -> {
            throw new WorkStopped(WorkStopped.Reason.SHUTDOWN);
        });
        attempt = 2;
        shutdown = new Shutdown(CLOCK, Duration.ZERO);
        run(_ -> {
            throw new IOException("a secret prompt");
        });
        List<SpanData> attempts =
                spans.getFinishedSpanItems().stream()
                        .filter(span -> span.getName().startsWith("process"))
                        .toList();
        assertThat(attempts).hasSize(2);
        assertThat(attempts).extracting(SpanData::getTraceId).containsOnly(trace);
        assertThat(attempts.toString()).contains("handed_back", "failed").doesNotContain("secret");
    }

    /** The fault: by the worker's clock the job had expired before it came in. */
    @Test
    void aJobIsRunWhateverTheClockOfItsGateway() throws InterruptedException {
        job =
                new Job(
                        job.id(),
                        job.endpoint(),
                        job.kind(),
                        job.owner(),
                        job.input(),
                        new ExecutionPolicy(Duration.ofMinutes(1), Duration.ofSeconds(10), false),
                        null,
                        job.reply(),
                        CLOCK.instant().minusSeconds(60),
                        0);
        run(_ -> nothing());
        assertThat(events.getLast()).isInstanceOf(JobEvent.Completed.class);
    }

    @Test
    void aJobWhoseResultFindsADiskFullIsHandedBackAndNoneIsTakenMeanwhile()
            throws InterruptedException {
        fullDisks = 1;
        run(_ -> {
            assertThat(fullDisks).isNegative();
            throw new DiskFull("full", "/data");
        });
        assertThat(events.getLast()).isInstanceOf(JobEvent.HandedBack.class);
        assertThat(ends).containsExactly("finished", "closed");
    }

    @Test
    void aJobIsRemovedFromTheQueueAfterItsEndIsReported() throws Exception {
        run(_ -> nothing());

        assertThat(namesOfEvents()).containsExactly("Started", "Completed");
        assertThat(ends).containsExactly("finished", "closed");
    }

    /** Kafka may still hold it for this worker: finished without an end, it would be lost. */
    @Test
    void aJobWhoseLockHasRunOutIsGivenBackWithoutAnEnd() throws Exception {
        run(attempt -> {
            held = false;
            attempt.checkpoint();
            throw new AssertionError("went on without the claim");
        });

        assertThat(namesOfEvents()).containsExactly("Started");
        assertThat(ends).containsExactly("closed");
    }

    @Test
    void theLoserOfADoubledClaimStopsWithoutAnEndAndLeavesTheJobToTheOther() throws Exception {
        run(attempt -> {
            JobId id = attempt.job().id();
            commands.accept(new Command.Stop(id, CLOCK.instant(), 1, new WorkerId("other")));
            attempt.checkpoint();
            commands.accept(new Command.Stop(id, CLOCK.instant(), 1, WORKER));
            attempt.checkpoint();
            throw new AssertionError("went on beside another attempt");
        });

        assertThat(namesOfEvents()).containsExactly("Started");
        assertThat(ends).containsExactly("finished", "closed");
    }

    @Test
    void anErrorOfAJobFailsTheJobAndNotTheLoop() throws Exception {
        run(_ -> {
            throw new StackOverflowError();
        });

        assertThat(namesOfEvents()).containsExactly("Started", "Failed");
        assertThat(ends).containsExactly("finished", "closed");
    }

    /** The broker ended with every worker that had it, and delivers it for the first time again. */
    @Test
    void aJobThatStoppedEveryWorkerIsFailedThoughTheBrokerHasForgotten() throws Exception {
        older = Map.of(Topics.jobs(job), 8L);
        for (int i = 1; i <= 2; i++) {
            events.add(new JobEvent.Started(job.id(), CLOCK.instant(), i, new WorkerId("dead")));
        }
        run(_ -> nothing());
        assertThat(events.get(2)).isInstanceOf(JobEvent.Started.class);
        assertThat(((JobEvent.Started) events.get(2)).attempt()).isEqualTo(3);

        events.removeLast();
        shutdown = new Shutdown(CLOCK, Duration.ZERO);
        run(_ -> {
            throw new AssertionError("begun");
        });
        assertThat(events.getLast()).isInstanceOf(JobEvent.Failed.class);
        var failed = (JobEvent.Failed) events.getLast();
        assertThat(failed.error()).startsWith("job timed out after 2 retries");
        assertThat(failed.attempt()).isEqualTo(4);
    }
}
