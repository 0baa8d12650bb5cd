package io.heritage.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.Wire;
import io.heritage.transport.kafka.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A burst of small jobs by {@code /run} over HTTP, 32 at a time on connections that stay open. The
 * reference is a bare producer with acks=all that sends the record of such a job as often, 32 at a
 * time, in turns with it. Then the latency of {@code /status} with all jobs waiting; the reference
 * is the same with one. Broker, gateway and sink are processes of their own.
 *
 * <p>{@code benchmarks/run BurstBenchmark [JOBS [ROUNDS [ASKED]]]}: 50,000 jobs in 5 rounds, 2,000
 * requests of {@code /status}. A round more warms up.
 */
public final class BurstBenchmark {
    private static final EndpointId ENDPOINT = new EndpointId("burst");
    private static final String REFERENCE = "bare-burst";
    private static final int AT_ONCE = 32;
    private static final int GATEWAY_HEAP = 256;
    private static final int SINK_HEAP = 512;
    private static final byte[] RUN =
            KeptConnection.post("/v2/burst/run", "{\"input\":{\"action\":\"health\"}}");

    private final String servers;
    private final int port;
    private final int asked;

    private BurstBenchmark(String servers, int port, int asked) {
        this.servers = servers;
        this.port = port;
        this.asked = asked;
    }

    public static void main(String[] args) throws Exception {
        var arguments = new Arguments(args);
        int jobs = arguments.number(50_000);
        int rounds = arguments.number(5);
        int asked = arguments.number(2000);
        Path folder = Files.createTempDirectory("burst");
        int gatewayPort = ServiceProcess.freePort();
        int sinkPort = ServiceProcess.freePort();
        try (var broker = new BrokerProcess()) {
            Path config =
                    Files.writeString(
                            folder.resolve("heritage.yaml"),
                            """
                            admin: {enabled: false}
                            kafka: {bootstrap-servers: "%s", replication: 1}
                            gateway: {port: %d, sink: "http://127.0.0.1:%d"}
                            sink: {port: %d, state-dir: "%s"}
                            endpoints: {burst: {kind: restore}}
                            """
                                    .formatted(
                                            broker.servers(),
                                            gatewayPort,
                                            sinkPort,
                                            sinkPort,
                                            folder.resolve("sink")));
            try (var sink = new ServiceProcess("sink", SINK_HEAP, config);
                    var gateway = new ServiceProcess("gateway", GATEWAY_HEAP, config)) {
                sink.awaitStarted();
                gateway.awaitStarted();
                new BurstBenchmark(broker.servers(), gatewayPort, asked).run(jobs / rounds, rounds);
                sink.requireAlive();
                gateway.requireAlive();
            }
        } finally {
            Arguments.delete(folder);
        }
        System.exit(0);
    }

    private void run(int jobs, int rounds) throws Exception {
        String first = post(new AtomicInteger(1)).getFirst();
        awaitQueued(1);
        status(List.of(first));
        Percentiles alone = status(List.of(first));
        createReference();
        ConsumerRecord<byte[], byte[]> record = recordOfAJob();
        double ours = 0;
        double bare = 0;
        List<String> last = List.of();
        try (var producer = producer()) {
            for (int round = 0; round <= rounds; round++) {
                double bareSeconds = seconds(() -> send(producer, record, jobs));
                var posted = new ArrayList<String>();
                double ourSeconds = seconds(() -> posted.addAll(burst(jobs)));
                last = posted;
                System.out.printf(
                        "round %d: bare producer %.0f records/s, /run %.0f jobs/s%n",
                        round, jobs / bareSeconds, jobs / ourSeconds);
                if (round > 0) { // the first warms up
                    bare += bareSeconds;
                    ours += ourSeconds;
                }
            }
        }
        System.out.printf(
                "%d jobs by /run, %d at a time: %.0f jobs/s; bare producer of the same records of %d bytes: %.0f/s; ratio %.2f%n",
                jobs * rounds,
                AT_ONCE,
                jobs * rounds / ours,
                record.value().length,
                jobs * rounds / bare,
                bare / ours);
        int waiting = 1 + jobs * (rounds + 1);
        double folding = seconds(() -> awaitQueued(waiting));
        System.out.printf("all of them are in /health %.1f s after the last%n", folding);
        Percentiles queued = status(last);
        System.out.printf(
                "/status with 1 job: %s; with %d: %s; ratio p50 %.2f, p99 %.2f%n",
                alone, waiting, queued, queued.p50() / alone.p50(), queued.p99() / alone.p99());
    }

    /** Returns the ids of the jobs. */
    private List<String> burst(int jobs) throws Exception {
        var left = new AtomicInteger(jobs);
        var ids = new ConcurrentLinkedQueue<String>();
        atOnce(() -> ids.addAll(post(left)));
        return List.copyOf(ids);
    }

    private List<String> post(AtomicInteger left) throws IOException {
        List<String> ids = new ArrayList<>();
        try (var gateway = new KeptConnection(port)) {
            while (left.getAndDecrement() > 0) {
                String reply = gateway.ask(RUN);
                if (!reply.contains("\"IN_QUEUE\"")) {
                    throw new IllegalStateException("not queued: " + reply);
                }
                ids.add(Wire.json().readTree(reply).path("id").asText());
            }
        }
        return ids;
    }

    private void send(
            KafkaProducer<byte[], byte[]> producer,
            ConsumerRecord<byte[], byte[]> record,
            int count)
            throws Exception {
        var left = new AtomicInteger(count);
        atOnce(() -> {
            while (left.getAndDecrement() > 0) {
                var copy = new ProducerRecord<>(REFERENCE, record.key(), record.value());
                producer.send(copy).get();
            }
        });
    }

    private static void atOnce(TimedWork work) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                running.add(
                        threads.submit(() -> {
                            work.run();
                            return null;
                        }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", servers, "acks", "all", "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Has as many partitions as the jobs topic. */
    private void createReference() throws Exception {
        String topic = Topics.jobs(ENDPOINT, Lane.HIGH);
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            int partitions =
                    Objects.requireNonNull(
                                    admin.describeTopics(List.of(topic))
                                            .allTopicNames()
                                            .get()
                                            .get(topic))
                            .partitions()
                            .size();
            admin.createTopics(List.of(new NewTopic(REFERENCE, partitions, (short) 1))).all().get();
        }
    }

    /** As the gateway wrote it. */
    private ConsumerRecord<byte[], byte[]> recordOfAJob() {
        String topic = Topics.jobs(ENDPOINT, Lane.HIGH);
        try (var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>of("bootstrap.servers", servers),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(topic, p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (true) {
                Iterator<ConsumerRecord<byte[], byte[]>> found =
                        consumer.poll(Duration.ofSeconds(1)).iterator();
                if (found.hasNext()) {
                    return found.next();
                }
            }
        }
    }

    private Percentiles status(List<String> ids) throws IOException {
        var nanos = new ArrayList<Long>();
        try (var gateway = new KeptConnection(port)) {
            for (int i = 0; i < asked; i++) {
                String id = ids.get(i % ids.size());
                byte[] request = KeptConnection.get("/v2/burst/status/" + id);
                long begun = System.nanoTime();
                String reply = gateway.ask(request);
                nanos.add(System.nanoTime() - begun);
                if (!reply.contains("\"IN_QUEUE\"")) {
                    throw new IllegalStateException("not queued: " + reply);
                }
            }
        }
        return Percentiles.ofNanos(nanos);
    }

    private void awaitQueued(int jobs) throws Exception {
        try (var gateway = new KeptConnection(port)) {
            while (true) {
                JsonNode health =
                        Wire.json().readTree(gateway.ask(KeptConnection.get("/v2/burst/health")));
                if (health.at("/jobs/inQueue").asInt() == jobs) {
                    return;
                }
                Thread.sleep(50);
            }
        }
    }

    private interface TimedWork {
        void run() throws Exception;
    }

    private static double seconds(TimedWork work) throws Exception {
        long begun = System.nanoTime();
        work.run();
        return (System.nanoTime() - begun) / 1e9;
    }
}
