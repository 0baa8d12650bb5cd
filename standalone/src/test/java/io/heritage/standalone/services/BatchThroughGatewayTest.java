package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.schemas.Batch;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Payload;
import io.heritage.schemas.WorkerId;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.services.Requests.Reply;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.broker.EmbeddedBroker;
import io.heritage.transport.queue.ClaimedJob;
import io.heritage.transport.queue.JobQueue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches from HTTP to the queue and back, with a broker, a gateway and a sink. */
class BatchThroughGatewayTest {
    private static final EndpointId ENDPOINT = new EndpointId("restore");
    private static final WorkerId WORKER = new WorkerId("worker");
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String BODY =
            "{\"input\":{\"action\":\"health\"},\"inputs\":[{\"seed\":0},{\"seed\":1},{\"seed\":2}]}";

    @TempDir Path dir;
    private final OpenServices open = new OpenServices();

    @AfterEach
    void close() {
        open.close();
    }

    private HeritageConfig config(EmbeddedBroker broker, int sinkPort) throws Exception {
        Path file = dir.resolve("heritage-" + sinkPort + ".yaml");
        Files.writeString(
                file,
                """
                kafka:
                  bootstrap-servers: %s
                  media-partitions: 2
                  event-partitions: 2
                gateway:
                  port: 0
                  sink: http://127.0.0.1:%d
                sink:
                  port: 0
                  state-dir: %s
                """
                        .formatted(broker.bootstrapServers(), sinkPort, dir.resolve("state")));
        return HeritageConfig.load(Optional.of(file), Map.of(), List.of());
    }

    @Test
    void aBatchIsQueuedOnceEndsWithItsLastJobAndIsCancelledAsOne() throws Exception {
        EmbeddedBroker broker = open.add(EmbeddedBroker.start(dir.resolve("broker")));
        SinkService sink = open.add(SinkService.start(config(broker, 1), _ -> {}));
        HeritageConfig config = config(broker, sink.port());
        GatewayService gateway = open.add(GatewayService.start(config, _ -> {}));
        var transport = open.add(KafkaTransport.open(config.kafka()));
        try (var client = new Requests(gateway.port());
                JobQueue queue = transport.queue(List.of(ENDPOINT), WORKER)) {
            Reply batch = client.post("restore/batch", BODY, "Idempotency-Key", "folder-1");
            assertThat(batch.status()).as(batch.error()).isEqualTo(200);
            Reply again = client.post("restore/batch", BODY, "Idempotency-Key", "folder-1");
            assertThat(again.id()).isEqualTo(batch.id());
            assertThat(client.post("restore/batch", BODY + " ", "Idempotency-Key", "folder-1"))
                    .extracting(Reply::status)
                    .isEqualTo(409);

            Set<JobId> taken = new HashSet<>();
            for (int i = 0; i < 3; i++) {
                try (ClaimedJob claim = queue.take(SOON).orElseThrow()) {
                    assertThat(taken.add(claim.job().id())).isTrue();
                    completes(transport, claim.job().id());
                    claim.finish();
                }
            }
            assertThat(taken).contains(Batch.id(new JobId(batch.id()), 2));
            Reply done = client.get("restore/status-sync/" + batch.id() + "?wait=60000");
            assertThat(done.state()).as(done.json().toString()).isEqualTo("COMPLETED");
            assertThat(done.json().at("/output/completed").asInt()).isEqualTo(3);
            assertThat(client.get("restore/status/" + batch.id() + "-b1").state())
                    .isEqualTo("COMPLETED");

            Reply other = client.post("restore/batch", BODY);
            assertThat(client.post("restore/cancel/" + other.id(), "").state())
                    .isEqualTo("CANCELLED");
            Awaitility.await()
                    .atMost(SOON)
                    .until(() -> output(client, other).path("cancelled").asInt() == 3);
        }
    }

    private static JsonNode output(Requests client, Reply batch) throws Exception {
        return client.get("restore/status/" + batch.id()).json().path("output");
    }

    private static void completes(KafkaTransport transport, JobId job) {
        transport.events().append(new JobEvent.Started(job, Instant.now(), 1, WORKER));
        transport
                .events()
                .append(
                        new JobEvent.Completed(
                                job,
                                Instant.now(),
                                1,
                                WORKER,
                                Payload.ofJson(JsonNodeFactory.instance.objectNode())));
    }
}
