package io.heritage.sink;

import static io.heritage.sink.SinkFixture.jobUri;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.sink.streams.StreamsSettings;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.log.Sent;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sink that begins with a partition which another folded before, or itself before a stop: the
 * store tells of some seconds ago until it has folded what came meanwhile.
 */
class TakeOverTest {
    /** The fold takes some hundred milliseconds for them. */
    private static final int EVENTS_BEFORE = 3_000;

    private final Samples samples = new Samples(Clock.systemUTC());

    @Test
    void theFirstAnswerKnowsWhatWasAcknowledgedBefore(@TempDir Path folder) throws Exception {
        try (var fixture = new SinkFixture(folder)) {
            Job job;
            JobEvent.Failed failed;
            try (Sink sink = fixture.readySink()) {
                job = fixture.submit(samples.job());
                fixture.transport.events().append(samples.started(job, 1));
                failed = samples.failed(job, "bad");
                fixture.transport.events().append(failed);
                assertThat(fixture.json(jobUri(sink, job, "&wait=60000")).path("status").asText())
                        .isEqualTo("FAILED");
            }
            var sent = new ArrayList<Sent>();
            for (int i = 0; i < EVENTS_BEFORE; i++) {
                sent.add(fixture.transport.events().send(samples.progress(job, i)));
            }
            sent.forEach(Sent::await);
            fixture.transport
                    .events()
                    .append(
                            new JobEvent.Retried(
                                    job.id(), samples.clock().instant(), failed.at(), 1));
            try (Sink sink = fixture.sink(Samples.config(folder.resolve("sink"), true))) {
                var statuses = new TreeSet<Integer>();
                HttpResponse<String> first =
                        Awaitility.await()
                                .atMost(SinkFixture.SOON)
                                .pollInterval(Duration.ofMillis(2))
                                .until(
                                        () -> {
                                            var answer = fixture.once(jobUri(sink, job, ""));
                                            statuses.add(answer.statusCode());
                                            return answer;
                                        },
                                        answer -> answer.statusCode() == 200);
                assertThat(Samples.json(first.body()).path("status").asText())
                        .isEqualTo("IN_QUEUE");
                assertThat(statuses).isSubsetOf(200, 503); // 503 unless it was ready at once
            }
        }
    }

    /** Such a record is passed by, so the fold never sees the last that it is waited for. */
    @Test
    void recordsThatCannotBeReadDoNotKeepItFromAnswering(@TempDir Path folder) throws Exception {
        try (var fixture = new SinkFixture(folder)) {
            Job job;
            try (Sink sink = fixture.readySink()) {
                job = fixture.submit(samples.job());
                fixture.json(jobUri(sink, job, ""));
            }
            byte[] key = job.id().value().getBytes(StandardCharsets.UTF_8);
            try (var producer =
                    new KafkaProducer<>(
                            StreamsSettings.clients(fixture.kafka),
                            new ByteArraySerializer(),
                            new ByteArraySerializer())) {
                producer.send(new ProducerRecord<>(Topics.EVENTS, key, new byte[] {1, 2, 3}))
                        .get(1, TimeUnit.MINUTES);
            }
            try (Sink sink = fixture.readySink()) {
                assertThat(sink.badRecords()).isPositive();
                assertThat(fixture.json(jobUri(sink, job, "")).path("status").asText())
                        .isEqualTo("IN_QUEUE");
            }
        }
    }
}
