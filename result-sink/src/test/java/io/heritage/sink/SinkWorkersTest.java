package io.heritage.sink;

import static io.heritage.sink.SinkFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Control;
import io.heritage.schemas.JobId;
import io.heritage.schemas.WorkerId;
import io.heritage.schemas.WorkerStatus;
import io.heritage.schemas.WorkerStatus.Phase;
import io.heritage.transport.log.Controls;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many workers, and workers that are gone. */
@SuppressWarnings("NullAway.Init")
class SinkWorkersTest {
    private static final Duration MONTH = Duration.ofDays(31);

    /** None falls silent within a test. */
    private static final long HEARTBEAT_MILLIS = Duration.ofMinutes(10).toMillis();

    @TempDir static Path folder;
    private static SinkFixture fixture;
    private static Sink sink;

    @BeforeAll
    static void start() throws Exception {
        fixture = new SinkFixture(folder);
        sink = fixture.readySink();
    }

    @AfterAll
    static void stop() {
        sink.close();
        fixture.close();
    }

    private static void post(String worker, Phase phase, @Nullable JobId job) {
        fixture.transport
                .workers()
                .post(
                        new WorkerStatus(
                                new WorkerId(worker),
                                Instant.now(),
                                phase,
                                List.of(Samples.ENDPOINT),
                                List.of(),
                                "cpu",
                                0,
                                0,
                                job,
                                HEARTBEAT_MILLIS,
                                null,
                                null,
                                null));
    }

    private static URI workers(String more) {
        return URI.create(
                "http://127.0.0.1:%d/v1/endpoints/interpolate/workers%s?owner=alice"
                        .formatted(sink.port(), more));
    }

    private static JsonNode listed() {
        try {
            return fixture.json(workers("")).path("workers");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isIn(String state, String worker) {
        for (JsonNode one : listed()) {
            if (one.path("id").asText().equals(worker)) {
                return one.path("state").asText().equals(state);
            }
        }
        return false;
    }

    @Test
    void aDrainedWorkerThatIsGoneForAMonthIsForgottenAndOneThatWorksIsNot() throws Exception {
        post("w-stays", Phase.IDLE, null);
        post("w-other", Phase.IDLE, null);
        await(() -> isIn("idle", "w-stays") && isIn("idle", "w-other"));
        Instant now = Instant.now();
        for (Control.Drain drain :
                List.of(
                        new Control.Drain(new WorkerId("w-gone"), true, now.minus(MONTH)),
                        new Control.Drain(new WorkerId("w-stays"), true, now.minus(MONTH)),
                        new Control.Drain(new WorkerId("w-away"), true, now.minusSeconds(60)))) {
            fixture.transport.controls().set(drain);
        }
        await(() -> isIn("drained", "w-stays"));

        fixture.post(workers("/w-other/drain"));

        try (Controls controls = Controls.follow(fixture.transport.controls(), _ -> {})) {
            assertThat(controls.isDrained(new WorkerId("w-gone"))).isFalse();
            assertThat(controls.isDrained(new WorkerId("w-stays"))).isTrue();
            assertThat(controls.isDrained(new WorkerId("w-away"))).isTrue();
            assertThat(controls.isDrained(new WorkerId("w-other"))).isTrue();
        }
        post("w-stays", Phase.STOPPED, null);
        post("w-other", Phase.STOPPED, null);
    }

    /**
     * A job that is not there is waited for, 250 ms at least: one after the other, these would take
     * a minute.
     */
    @Test
    void jobsOfManyWorkersAreLookedUpTogether() throws Exception {
        var samples = new Samples(Clock.systemUTC());
        List<String> many = IntStream.range(0, 240).mapToObj(i -> "w-many-" + i).toList();
        for (String worker : many) {
            post(worker, Phase.RUNNING, samples.job().id());
        }
        await(() -> isIn("running", many.getLast()));

        long start = System.nanoTime();
        JsonNode told = listed();
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(told).hasSizeGreaterThanOrEqualTo(many.size());
        assertThat(took).isLessThan(Duration.ofSeconds(30));
        for (String worker : many) {
            post(worker, Phase.STOPPED, null);
        }
    }
}
