package io.heritage.sink;

import static io.heritage.sink.SinkFixture.await;
import static io.heritage.sink.SinkFixture.jobUri;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Job;
import io.heritage.schemas.ReplyShape;
import io.heritage.sink.config.SinkConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Two sinks that have half of the jobs each. */
@SuppressWarnings("NullAway.Init")
abstract class TwoSinksFixture {
    static final int JOBS = 25;

    /** No worker falls silent within a test. */
    static final Duration HEARTBEAT = Duration.ofMinutes(10);

    @TempDir static Path folder;
    static SinkFixture fixture;
    static Sink first;
    static Sink second;
    static final List<Job> jobs = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        fixture = new SinkFixture(folder);
        first = fixture.readySink(SinkFixture.PATIENT);
        second = fixture.sink(secondConfig(), SinkFixture.PATIENT);
        await(second::ready);
        Clock now = Clock.systemUTC();
        for (int i = 0; i < JOBS; i++) {
            var then = new Samples(Clock.offset(now, Duration.ofSeconds(i - JOBS)));
            jobs.add(fixture.submit(then.job(null, ReplyShape.LINKS)));
        }
        fixture.submit(new Samples(now).job("bob"));
        var samples = new Samples(now);
        for (Job job : jobs.subList(0, 5)) {
            fixture.transport.events().append(samples.started(job, 1));
            fixture.transport.events().append(samples.failed(job, "bad media in field start"));
        }
        for (Job job : jobs) {
            String state = jobs.indexOf(job) < 5 ? "FAILED" : "IN_QUEUE";
            await(() -> state(job).equals(state));
        }
    }

    static String state(Job job) {
        try {
            return fixture.json(jobUri(first, job, "")).path("status").asText();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterAll
    static void stop() {
        jobs.clear();
        second.close();
        first.close();
        fixture.close();
    }

    static SinkConfig secondConfig() {
        SinkConfig d = Samples.config(folder.resolve("sink-2"), true);
        return new SinkConfig(
                d.host(),
                0,
                d.advertisedHost(),
                d.stateDir(),
                "sink-2",
                d.lostAfter(),
                d.lostJobRetries(),
                d.webhookTimeout(),
                d.webhookPauses(),
                d.webhookPrivateAddresses(),
                d.webhooksAtOnce(),
                d.repliesAtOnce(),
                d.secret(),
                d.publicUrl(),
                d.streamThreads(),
                d.standbyReplicas());
    }

    static URI list(Sink sink, String more) {
        return URI.create(
                "http://127.0.0.1:%d/v1/endpoints/interpolate/requests?owner=alice%s"
                        .formatted(sink.port(), more));
    }

    static List<String> ids(JsonNode page) {
        var ids = new ArrayList<String>();
        page.path("requests").forEach(job -> ids.add(job.path("id").asText()));
        return ids;
    }
}
