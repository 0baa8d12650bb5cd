package io.heritage.sink;

import static io.heritage.sink.SinkFixture.await;
import static io.heritage.sink.SinkFixture.jobUri;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.heritage.schemas.Job;
import io.heritage.schemas.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

/** Streams of events, by two sinks that have half of the jobs each. */
@SuppressWarnings("NullAway.Init")
class SinkEventsTest extends TwoSinksFixture {
    private static URI events(Sink sink, String owner) {
        return URI.create(
                "http://127.0.0.1:%d/v1/endpoints/interpolate/events?owner=%s"
                        .formatted(sink.port(), owner));
    }

    /** The next event; the stream goes on. */
    private static JsonNode next(BufferedReader lines) throws IOException {
        JsonNode event = nextOrNone(lines);
        assertThat(event.isMissingNode()).as("the stream has ended").isFalse();
        return event;
    }

    private static JsonNode nextOrNone(BufferedReader lines) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("data: ")) {
                return Wire.json().readTree(line.substring("data: ".length()));
            }
        }
        return MissingNode.getInstance();
    }

    private static BufferedReader lines(HttpResponse<InputStream> response) {
        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
        return new BufferedReader(new InputStreamReader(response.body(), UTF_8));
    }

    @Test
    void whatBecomesOfAllJobsIsToldWhileItHappensWhicheverSinkHasThem() throws Exception {
        var samples = new Samples(Clock.systemUTC());
        try (BufferedReader lines = lines(fixture.open(events(second, "dave")))) {
            assertThat(next(lines).path("type").asText()).isEqualTo("open");
            var unfinished = new HashSet<String>();
            for (int i = 0; i < 6; i++) {
                Job job = fixture.submit(samples.job("dave"));
                unfinished.add(job.id().value());
                fixture.transport.events().append(samples.started(job, 1));
                fixture.transport.events().append(samples.completed(job, 1));
            }
            long sequence = 0;
            while (!unfinished.isEmpty()) {
                JsonNode event = next(lines);
                assertThat(event.path("v").asInt()).isEqualTo(1);
                assertThat(event.path("seq").asLong()).isGreaterThan(sequence);
                sequence = event.path("seq").asLong();
                if (event.path("status").asText().equals("COMPLETED")) {
                    unfinished.remove(event.path("job").asText());
                }
            }
        }
    }

    @Test
    void theEventsOfOneJobEndWithIt() throws Exception {
        var samples = new Samples(Clock.systemUTC());
        Job job = fixture.submit(samples.job("dave"));
        String id = job.id().value();
        URI uri = jobUri(first, id + "/events", "interpolate", "dave", "&resumed=1");
        try (BufferedReader lines = lines(fixture.open(uri))) {
            assertThat(next(lines).path("type").asText()).isEqualTo("resync");
            assertThat(next(lines).path("status").asText()).isEqualTo("IN_QUEUE");
            fixture.transport.events().append(samples.completed(job, 1));
            String status = next(lines).path("status").asText();
            while (status.equals("IN_QUEUE")) { // told anew when its place is known, or another
                status = next(lines).path("status").asText();
            }
            assertThat(status).isEqualTo("COMPLETED");
            assertThat(nextOrNone(lines).isMissingNode()).isTrue();
        }
        assertThat(
                        fixture.get(jobUri(first, id + "/events", "interpolate", "eve", ""))
                                .statusCode())
                .isEqualTo(404);
    }

    @Test
    void whoHearsOfAWaitingJobIsToldHowItMovesUpAndARunningOneHasNoPlace() throws Exception {
        var samples = new Samples(Clock.systemUTC());
        for (Job waiting : jobs.subList(5, JOBS)) {
            fixture.json(jobUri(second, waiting, "")); // now it knows the other sink's queue
        }
        Job before = fixture.submit(samples.job("gina"));
        Job job = fixture.submit(samples.job("gina"));
        int others = JOBS - 5 + 1 + 1; // bob's, and the one before
        URI uri = jobUri(second, job.id() + "/events", "interpolate", "gina", "");
        try (BufferedReader lines = lines(fixture.open(uri))) {
            JsonNode event = next(lines);
            while (event.at("/outlook/ahead").asInt() < others) {
                event = next(lines); // what is known of the other sink is up to a second old
            }
            int ahead = event.at("/outlook/ahead").asInt();
            assertThat(event.path("status").asText()).isEqualTo("IN_QUEUE");
            assertThat(event.at("/outlook/position").asInt()).isEqualTo(ahead + 1);
            fixture.transport.events().append(samples.started(before, 1));
            fixture.transport.events().append(samples.completed(before, 1));
            while (event.at("/outlook/ahead").asInt() >= ahead) {
                event = next(lines);
            }
            assertThat(event.path("job").asText()).isEqualTo(job.id().value());
            fixture.transport.events().append(samples.started(job, 1));
            while (!event.path("status").asText().equals("IN_PROGRESS")) {
                event = next(lines);
            }
            assertThat(event.at("/outlook/ahead").isMissingNode()).isTrue();
            fixture.transport.events().append(samples.completed(job, 1));
            while (!event.path("status").asText().equals("COMPLETED")) {
                event = next(lines);
            }
            assertThat(event.has("outlook")).isFalse();
        }
    }

    @Test
    void aKeyHasABoundedNumberOfStreams() throws Exception {
        var open = new ArrayList<InputStream>();
        try {
            for (int i = 0; i < 32; i++) {
                HttpResponse<InputStream> response = fixture.open(events(first, "henry"));
                open.add(response.body());
                assertThat(response.statusCode()).isEqualTo(200);
            }
            HttpResponse<InputStream> oneMore = fixture.open(events(first, "henry"));
            open.add(oneMore.body());
            assertThat(oneMore.statusCode()).isEqualTo(429);
        } finally {
            for (InputStream stream : open) {
                stream.close();
            }
        }
        await(() -> isAccepted(events(first, "henry")));
    }

    private static boolean isAccepted(URI uri) {
        try {
            HttpResponse<InputStream> response = fixture.open(uri);
            response.body().close();
            return response.statusCode() == 200;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
