package io.heritage.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.broker.EmbeddedBroker;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.queue.JobQueue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Time from submission until an idle worker of two endpoints (four lanes) has the job. */
public final class QueueLatencyBenchmark {
    private static final int ROUNDS = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<EndpointId> ENDPOINTS =
            List.of(new EndpointId("first"), new EndpointId("second"));

    private QueueLatencyBenchmark() {}

    public static void main(String[] args) throws Exception {
        Path dir = Files.createTempDirectory("heritage-benchmark");
        try (var broker = EmbeddedBroker.start(dir);
                var transport = KafkaTransport.open(client(broker))) {
            transport.createTopics(ENDPOINTS);
            try (var queue = transport.queue(ENDPOINTS, new WorkerId("worker"));
                    var worker = Executors.newSingleThreadExecutor()) {
                run(transport, queue, worker, 1);
                System.out.printf("one endpoint: %s%n", run(transport, queue, worker, 1));
                System.out.printf("two endpoints in turn: %s%n", run(transport, queue, worker, 2));
            }
        } finally {
            Arguments.delete(dir);
        }
    }

    private static Percentiles run(
            KafkaTransport transport, JobQueue queue, ExecutorService worker, int endpoints)
            throws Exception {
        var nanos = new ArrayList<Long>();
        for (int i = 0; i < ROUNDS; i++) {
            Job job = job(ENDPOINTS.get(i % endpoints), Lane.HIGH);
            Future<Long> taken = worker.submit(() -> takeAndFinish(queue));
            long before = System.nanoTime();
            transport.jobs().submit(job);
            nanos.add(taken.get() - before);
        }
        return Percentiles.ofNanos(nanos);
    }

    private static long takeAndFinish(JobQueue queue) throws InterruptedException {
        var claimed = queue.take(PATIENCE).orElseThrow();
        long now = System.nanoTime();
        claimed.finish();
        return now;
    }

    static Job job(EndpointId endpoint, Lane lane) {
        ExecutionPolicy policy =
                EndpointConfig.defaults(endpoint, EndpointKind.INTERPOLATE).defaultPolicy();
        return new Job(
                JobId.forRun(Clock.systemUTC()),
                endpoint,
                EndpointKind.INTERPOLATE,
                "benchmark",
                Payload.ofJson(JsonNodeFactory.instance.objectNode()),
                new ExecutionPolicy(policy.executionTimeout(), policy.ttl(), lane == Lane.LOW),
                null,
                ReplyShape.ENVELOPE,
                Instant.now(),
                0);
    }

    static KafkaConfig client(EmbeddedBroker broker) {
        KafkaConfig d = KafkaConfig.defaults();
        return new KafkaConfig(
                broker.bootstrapServers(),
                Map.of(),
                4,
                4,
                1,
                d.mediaRetention(),
                d.mediaRetentionBytes(),
                d.uploadTimeout(),
                d.concurrentUploads(),
                d.uploadBufferBytes());
    }
}
