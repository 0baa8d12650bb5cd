package io.heritage.sink;

import static io.heritage.sink.SinkFixture.await;
import static io.heritage.sink.SinkFixture.jobUri;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.heritage.schemas.Batch;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.Payload;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestBroker;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Batches over the partitions of a real broker, and over the end of a sink. */
@ExtendWith(SharedBroker.class)
class SinkBatchTest {
    private static final int JOBS = 40;

    @TempDir Path folder;
    private final Samples samples = new Samples(Clock.systemUTC());

    private Job batch() {
        Job plain = samples.job();
        var inputs = Samples.json("{'input':{'steps':8},'inputs':[]}");
        for (int i = 0; i < JOBS; i++) {
            ((ArrayNode) inputs.path("inputs")).addObject().put("seed", i);
        }
        return new Job(
                plain.id(),
                plain.endpoint(),
                plain.kind(),
                plain.owner(),
                Payload.ofJson(inputs),
                plain.policy(),
                null,
                plain.reply(),
                plain.submittedAt(),
                0,
                null,
                null,
                null,
                new Batch.Whole(JOBS),
                null);
    }

    private static JsonNode output(SinkFixture fixture, Sink sink, Job job) {
        try {
            return fixture.json(jobUri(sink, job, "")).path("output");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void completes(SinkFixture fixture, Job batch, int from, int to) {
        for (int i = from; i < to; i++) {
            Job member = Batch.member(batch, i);
            fixture.transport.events().append(samples.started(member, 1));
            fixture.transport.events().append(samples.completed(member, 1));
        }
    }

    @Test
    void aBatchGoesOnAfterTheEndOfASinkAndEndsWithItsLastJob(TestBroker broker) throws Exception {
        Job batch = batch();
        Job cancelled = batch();
        try (var fixture = new SinkFixture(folder, broker);
                var sink = fixture.readySink()) {
            for (Job each : new Job[] {batch, cancelled}) {
                fixture.transport
                        .events()
                        .append(new JobEvent.Submitted(each, samples.clock().instant(), null));
            }
            await(() -> output(fixture, sink, batch).path("in_queue").asInt() == JOBS);
            completes(fixture, batch, 0, JOBS / 2);
        }
        try (var fixture = new SinkFixture(folder, broker);
                var sink = fixture.readySink()) {
            await(() -> output(fixture, sink, batch).path("completed").asInt() == JOBS / 2);
            Job member = Batch.member(batch, JOBS - 1);
            JsonNode one = fixture.json(jobUri(sink, member, ""));
            assertThat(one.path("status").asText()).isEqualTo("IN_QUEUE");
            completes(fixture, batch, JOBS / 2, JOBS);
            JsonNode done = fixture.json(jobUri(sink, batch, "&wait=60000"));
            assertThat(done.path("status").asText()).isEqualTo("COMPLETED");
            assertThat(done.at("/output/completed").asInt()).isEqualTo(JOBS);
            assertThat(done.at("/output/jobs")).hasSize(JOBS);
            assertThat(done.at("/output/jobs/7/id").asText())
                    .isEqualTo(Batch.id(batch.id(), 7).value());

            assertThat(fixture.cancel(sink, cancelled).path("status").asText())
                    .isEqualTo("CANCELLED");
            await(() -> output(fixture, sink, cancelled).path("cancelled").asInt() == JOBS);
            assertThat(fixture.retry(sink, cancelled).path("error").asText())
                    .contains("a batch is not run again");
            URI list =
                    URI.create(
                            "http://127.0.0.1:%d/v1/endpoints/interpolate/requests?owner=alice&q=%s"
                                    .formatted(sink.port(), member.id()));
            JsonNode listed = fixture.json(list).at("/requests/0");
            assertThat(listed.path("batch").asText()).isEqualTo(batch.id().value());
        }
    }

    /** It answers for the ids of its jobs, so it is known as long as they are. */
    @Test
    void askingForAnEarlierEndForgetsAJobOfABatchAndNotTheBatch(TestBroker broker)
            throws Exception {
        Job batch = batch();
        Job member = Batch.member(batch, 0);
        try (var fixture = new SinkFixture(folder, broker);
                var sink = fixture.readySink()) {
            fixture.transport
                    .events()
                    .append(new JobEvent.Submitted(batch, samples.clock().instant(), null));
            await(() -> output(fixture, sink, batch).path("in_queue").asInt() == JOBS);
            completes(fixture, batch, 0, JOBS);
            assertThat(fixture.json(jobUri(sink, batch, "&wait=20000")).path("status").asText())
                    .isEqualTo("COMPLETED");

            assertThat(fixture.json(jobUri(sink, batch, "&ttl=0")).path("status").asText())
                    .isEqualTo("COMPLETED");
            assertThat(fixture.json(jobUri(sink, member, "&ttl=0")).path("status").asText())
                    .isEqualTo("COMPLETED");
            Awaitility.await()
                    .until(() -> fixture.get(jobUri(sink, member, "")).statusCode() == 404);
            Awaitility.await()
                    .during(Duration.ofSeconds(1))
                    .until(() -> fixture.get(jobUri(sink, batch, "")).statusCode() == 200);
            JsonNode kept = output(fixture, sink, batch);
            assertThat(kept.path("completed").asInt()).isEqualTo(JOBS);
            assertThat(kept.at("/jobs/0/status").asText()).isEqualTo("COMPLETED");
        }
    }
}
