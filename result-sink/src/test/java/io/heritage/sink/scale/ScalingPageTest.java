package io.heritage.sink.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.http.AdminPage.Reply;
import io.heritage.observe.MetricsPage;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.WorkerStatus.Phase;
import io.heritage.sink.MovingClock;
import io.heritage.sink.Samples;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.WorkerPresence;
import io.heritage.sink.store.JobCounters;
import io.heritage.sink.store.JobCounters.OfLane;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.queue.LaneWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScalingPageTest {
    private static final EndpointId ENDPOINT = new EndpointId("restore");
    private static final Demand BUSY =
            new Demand(5, 2, 1, Duration.ofSeconds(9), 2, 0, Optional.empty());

    private static final String LANE = Topics.jobs(Samples.ENDPOINT, Lane.HIGH);

    private final MovingClock clock = new MovingClock(Instant.parse("2026-11-30T10:00:00Z"));
    private final MetricsPage metrics = new MetricsPage();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void close() {
        metrics.close();
    }

    private Reply ask(DemandReader demand, String endpoint, Map<String, String> query)
            throws InterruptedException {
        return page(demand).of(endpoint, name -> Optional.ofNullable(query.get(name)));
    }

    private ScalingPage page(DemandReader demand) {
        return new ScalingPage(
                Set.of(ENDPOINT),
                (endpoint, patience, atMost) -> {
                    asked.incrementAndGet();
                    return demand.of(endpoint, patience, atMost);
                },
                metrics.meters(),
                nanos::get);
    }

    @Test
    void theAnswerHasTheNumberAndWhatItCameFrom() throws Exception {
        Reply reply =
                ask(
                        (_, _, _) -> BUSY,
                        "restore",
                        Map.of("type", "REQUEST_COUNT", "active", "1", "max", "20"));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json())
                .contains("\"flex\":6", "\"queue\":5", "\"running\":2", "\"oldestMs\":9000");
        assertThat(metrics.text())
                .contains(
                        "heritage_scaler_flex{endpoint=\"restore\"} 6.0",
                        "heritage_scaler_active{endpoint=\"restore\"} 1.0");
    }

    @Test
    void aSinkThatIsNoLongerAskedReportsNoOldNumber() throws Exception {
        ScalingPage page = page((_, _, _) -> BUSY);
        page.of("restore", _ -> Optional.empty());
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());

        assertThat(metrics.text()).contains("heritage_scaler_flex{endpoint=\"restore\"} NaN");

        page.of("restore", _ -> Optional.empty());
        assertThat(metrics.text()).contains("heritage_scaler_flex{endpoint=\"restore\"} 3.0");
    }

    @Test
    void aSinkThatCannotAnswerForAllJobsNamesNoNumber() throws Exception {
        Reply reply =
                ask(
                        (_, _, _) -> {
                            throw new JobDirectory.NotServing("another sink does not answer: b:1");
                        },
                        "restore",
                        Map.of());

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.json()).contains("another sink does not answer").doesNotContain("flex");
    }

    @Test
    void anUnexpectedErrorNamesNoNumberEither() throws Exception {
        Reply reply =
                ask(
                        (_, _, _) -> {
                            throw new IllegalStateException("closed");
                        },
                        "restore",
                        Map.of());

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.json()).doesNotContain("flex");
    }

    @Test
    void anEndpointThatIsNotThereIsNoIdleOne() throws Exception {
        assertThat(ask((_, _, _) -> BUSY, "nobody", Map.of()).status()).isEqualTo(404);
        assertThat(ask((_, _, _) -> BUSY, "no/name", Map.of()).status()).isEqualTo(400);
    }

    @Test
    void aParameterThatCannotBeReadIsNamed() throws Exception {
        Reply reply = ask((_, _, _) -> BUSY, "restore", Map.of("max", "many"));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json()).contains("max: expected a number, found many");
    }

    @Test
    void theSinksAreAskedOnceASecond() throws Exception {
        ScalingPage page = page((_, _, _) -> BUSY);
        page.of("restore", _ -> Optional.empty());
        page.of("restore", _ -> Optional.empty());
        assertThat(asked).hasValue(1);

        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        page.of("restore", _ -> Optional.empty());
        assertThat(asked).hasValue(2);
    }

    /** The sink's queues beside what its scaler is told. */
    @Test
    void theStateOfQueuesAndWorkersIsRecorded() {
        var workers = new WorkerPresence(clock);
        workers.heartbeat(new Samples(clock).worker(Phase.IDLE, null));
        try (var recording = recording(workers, new Known())) {
            recording.look();
        }

        assertThat(metrics.text())
                .contains(
                        "heritage_queue_jobs" + of("high", "in_queue") + 4.0,
                        "heritage_queue_jobs" + of("high", "in_progress") + 2.0,
                        "heritage_queue_jobs" + of("low", "in_queue") + 1.0,
                        "heritage_queue_jobs" + of("long", "in_queue") + 0.0,
                        "heritage_queue_jobs" + of("earlier", "in_queue") + 2.0,
                        "heritage_queue_oldest_seconds{endpoint=\"interpolate\",lane=\"high\"} 9.0",
                        "heritage_queue_eta_seconds{endpoint=\"interpolate\"} 42.0",
                        "heritage_queue_turns{topic=\"" + LANE + "\"} 3.0",
                        "heritage_share_lag{topic=\"" + LANE + "\"} 5.0",
                        "heritage_share_window_used{topic=\"" + LANE + "\"} 4.0",
                        "heritage_share_window_limit{topic=\"" + LANE + "\"} 100.0",
                        "heritage_workers{endpoint=\"interpolate\",state=\"idle\"} 1.0",
                        "heritage_workers{endpoint=\"interpolate\",state=\"ready\"} 1.0",
                        "heritage_workers{endpoint=\"interpolate\",state=\"running\"} 0.0");
    }

    @Test
    void nothingIsSaidOfQueuesThatCannotBeRead() {
        var known = new Known();
        try (var recording = recording(new WorkerPresence(clock), known)) {
            recording.look();
            assertThat(metrics.text())
                    .contains("heritage_queue_jobs", "heritage_queue_oldest")
                    .as("nobody would ever run them")
                    .doesNotContain("heritage_queue_eta");
            known.serving = false;
            recording.look();
        }

        assertThat(metrics.text())
                .contains("heritage_share_lag")
                .doesNotContain("heritage_queue_jobs", "heritage_queue_oldest");
    }

    private static String of(String lane, String state) {
        return "{endpoint=\"interpolate\",lane=\"%s\",state=\"%s\"} ".formatted(lane, state);
    }

    private QueueMeters recording(WorkerPresence workers, QueueMeters.Jobs jobs) {
        return new QueueMeters(
                Set.of(Samples.ENDPOINT),
                jobs,
                workers,
                () ->
                        List.of(
                                new LaneWindow(LANE, 3, 12, 4, 100),
                                new LaneWindow(Topics.waiting(LANE), 0, 5, 0, 100)),
                _ -> 3,
                metrics.meters());
    }

    /** Nine jobs, of which a version before counted two. */
    private static final class Known implements QueueMeters.Jobs {
        private boolean serving = true;

        @Override
        public JobCounters counters(EndpointId endpoint) throws JobDirectory.NotServing {
            if (!serving) {
                throw new JobDirectory.NotServing("restoring");
            }
            return new JobCounters(
                    7, 2, 0, 0, 0, "", Map.of("high", new OfLane(4, 2), "low", new OfLane(1, 0)));
        }

        @Override
        public Duration oldest(EndpointId endpoint, Lane lane) {
            return lane == Lane.HIGH ? Duration.ofSeconds(9) : Duration.ZERO;
        }

        @Override
        public Optional<Duration> meanExecution(EndpointId endpoint) {
            return Optional.of(Duration.ofSeconds(6));
        }
    }
}
