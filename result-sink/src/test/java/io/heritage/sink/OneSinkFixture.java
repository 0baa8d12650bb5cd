package io.heritage.sink;

import static io.heritage.sink.SinkFixture.jobUri;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Job;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** One sink on a broker of its own. */
@SuppressWarnings("NullAway.Init")
abstract class OneSinkFixture {
    @TempDir static Path folder;
    static SinkFixture fixture;
    static Sink sink;
    final Samples samples = new Samples(Clock.systemUTC());

    @BeforeAll
    static void start() throws Exception {
        fixture = new SinkFixture(folder);
        sink = fixture.readySink(SinkFixture.PATIENT);
    }

    @AfterAll
    static void stop() {
        sink.close();
        fixture.close();
    }

    String errorOf(URI uri) throws Exception {
        return Wire.json().readTree(fixture.get(uri).body()).path("error").asText();
    }

    static String state(Job job) throws IOException, InterruptedException {
        return fixture.json(jobUri(sink, job, "")).path("status").asText();
    }

    void finish(Job job, Payload output) {
        fixture.transport.events().append(samples.started(job, 1));
        fixture.transport.events().append(samples.completed(job, 1, output));
        awaitFolded(job);
    }

    /** Cuts the reply short: only its beginning is waited for. */
    static void awaitFolded(Job job) {
        try (var body = fixture.open(jobUri(sink, job, "&wait=60000")).body()) {
            assertThat(body).isNotNull();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static int status(Job job) {
        try {
            return fixture.get(jobUri(sink, job, "")).statusCode();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static long healthAt(String pointer) {
        return health().at(pointer).asLong(-1);
    }

    static JsonNode health() {
        try {
            return fixture.health(sink);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static MediaRef gone(Job job) {
        return Samples.media(job, "gone", 1_000_000);
    }

    static void skipPast(String text, InputStream in) throws IOException {
        var seen = new StringBuilder();
        while (!seen.toString().endsWith(text)) {
            int next = in.read();
            assertThat(next).as("a byte of the reply").isNotNegative();
            seen.append((char) next);
        }
    }
}
