package io.heritage.sink.fold;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.observe.MetricsPage;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.WorkerId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FoldMetersTest {
    private static final EndpointId ENDPOINT = new EndpointId("restore");
    private static final WorkerId WORKER = new WorkerId("gpu-0");
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private final JobId id = JobId.forRun(Clock.systemUTC());
    private final MetricsPage page = new MetricsPage();
    private final FoldMeters meters = new FoldMeters(page.meters());
    private TrackedJob tracked = TrackedJob.unseen(id, NOW);

    @AfterEach
    void close() {
        page.close();
    }

    private void submit() {
        var job =
                new Job(
                        id,
                        ENDPOINT,
                        EndpointKind.RESTORE,
                        "alice",
                        payload(),
                        new ExecutionPolicy(Duration.ofHours(1), Duration.ofHours(2), true),
                        null,
                        ReplyShape.ENVELOPE,
                        NOW,
                        0);
        tracked = tracked.folded(tracked.record().submitted(job), NOW);
    }

    private static Payload payload() {
        return new Payload(JsonNodeFactory.instance.objectNode(), List.of());
    }

    private void happens(JobEvent event) {
        TrackedJob after = tracked.folded(tracked.record().apply(event), event.at());
        meters.happened(tracked, event, after);
        meters.settled(tracked, after);
        tracked = after;
    }

    private JobEvent.Started started(int attempt, int second) {
        return new JobEvent.Started(id, NOW.plusSeconds(second), attempt, WORKER);
    }

    private JobEvent.Completed completed(int attempt, int second) {
        return new JobEvent.Completed(id, NOW.plusSeconds(second), attempt, WORKER, payload());
    }

    @Test
    void aJobIsCountedWithItsDelayAndItsExecutionWhenItEnds() {
        submit();
        happens(started(1, 3));
        assertThat(page.text()).doesNotContain("heritage_jobs_total");
        happens(completed(1, 10));

        assertThat(page.text())
                .contains(
                        "heritage_jobs_total{endpoint=\"restore\",lane=\"low\",status=\"COMPLETED\"} 1.0",
                        "heritage_job_delay_seconds_sum{endpoint=\"restore\",lane=\"low\"} 3.0",
                        "heritage_job_execution_seconds_sum{endpoint=\"restore\",lane=\"low\"} 7.0");
        assertThat(meters.meanExecution(ENDPOINT)).contains(Duration.ofSeconds(7));
    }

    @Test
    void aSecondEndIsADuplicateAndNoSecondJob() {
        submit();
        happens(started(1, 1));
        happens(completed(1, 2));
        happens(completed(1, 3));

        assertThat(page.text())
                .contains(
                        "heritage_jobs_duplicate_terminal_total{endpoint=\"restore\"} 1.0",
                        "status=\"COMPLETED\"} 1.0");
    }

    @Test
    void anotherAttemptIsARetryAndASilentWorkerARequeuedJob() {
        submit();
        happens(started(1, 1));
        happens(new JobEvent.Abandoned(id, NOW.plusSeconds(60), 1, WORKER));
        happens(started(2, 61));

        assertThat(page.text())
                .contains(
                        "heritage_job_retries_total{endpoint=\"restore\"} 1.0",
                        "heritage_jobs_requeued_total{endpoint=\"restore\",reason=\"abandoned\"} 1.0");
    }
}
