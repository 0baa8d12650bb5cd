package io.heritage.benchmarks;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The minimum latency of a job's way through Kafka, as the reference for our own latency: a record
 * is produced, a share consumer polls it and produces another, a plain consumer polls that. There
 * is no JSON, state or HTTP.
 */
public final class BareKafkaHops {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Map<String, Object> client;
    private final String jobs = "bare-jobs-" + UUID.randomUUID();
    private final String answers = "bare-answers-" + UUID.randomUUID();

    public BareKafkaHops(String bootstrapServers) {
        this.client = Map.of("bootstrap.servers", bootstrapServers);
    }

    /** Measures sequential round trips on temporary topics. */
    public Percentiles measure(int warmUp, int rounds)
            throws ExecutionException, InterruptedException {
        return measure(warmUp, rounds, Duration.ZERO);
    }

    /**
     * @param between time that passes before each round that is measured
     */
    public Percentiles measure(int warmUp, int rounds, Duration between)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(client)) {
            create(admin);
            try {
                return measureWithTopics(warmUp, rounds, between);
            } finally {
                admin.deleteTopics(List.of(jobs, answers)).all().get();
            }
        }
    }

    private Percentiles measureWithTopics(int warmUp, int rounds, Duration between)
            throws InterruptedException {
        var bytes = new ByteArrayDeserializer();
        var worker = new KafkaShareConsumer<>(with(workerSettings()), bytes, bytes);
        Thread thread = Thread.ofPlatform().name("bare-worker").start(() -> answerAll(worker));
        try (var producer = producer();
                var waiter = new KafkaConsumer<>(with(Map.of()), bytes, bytes)) {
            var partition = new TopicPartition(answers, 0);
            waiter.assign(List.of(partition));
            waiter.seekToBeginning(List.of(partition));
            var nanos = new ArrayList<Long>();
            for (int i = 0; i < warmUp + rounds; i++) {
                if (i >= warmUp) {
                    Thread.sleep(between);
                }
                long took = roundTrip(producer, waiter, i);
                if (i >= warmUp) {
                    nanos.add(took);
                }
            }
            return Percentiles.ofNanos(nanos);
        } finally {
            worker.wakeup();
            thread.join();
        }
    }

    private long roundTrip(
            KafkaProducer<byte[], byte[]> producer,
            KafkaConsumer<byte[], byte[]> waiter,
            int number) {
        long start = System.nanoTime();
        var _ = producer.send(new ProducerRecord<>(jobs, payload(number)));
        while (waiter.poll(POLL).isEmpty()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException("no answer came within " + PATIENCE);
            }
        }
        return System.nanoTime() - start;
    }

    private void answerAll(KafkaShareConsumer<byte[], byte[]> worker) {
        try (worker;
                var producer = producer()) {
            worker.subscribe(List.of(jobs));
            while (true) {
                for (var job : worker.poll(POLL)) {
                    var _ = producer.send(new ProducerRecord<>(answers, job.value()));
                    worker.acknowledge(job, AcknowledgeType.ACCEPT);
                    var _ = worker.commitSync();
                }
            }
        } catch (WakeupException e) {
            Thread.currentThread().setName("bare-worker-stopped");
        }
    }

    private static byte[] payload(int number) {
        return ("job " + number).getBytes(StandardCharsets.UTF_8);
    }

    private void create(Admin admin) throws ExecutionException, InterruptedException {
        var group = new ConfigResource(ConfigResource.Type.GROUP, jobs);
        var earliest = new ConfigEntry("share.auto.offset.reset", "earliest");
        admin.incrementalAlterConfigs(
                        Map.of(
                                group,
                                List.of(new AlterConfigOp(earliest, AlterConfigOp.OpType.SET))))
                .all()
                .get();
        admin.createTopics(
                        List.of(
                                new NewTopic(jobs, Optional.of(1), Optional.empty()),
                                new NewTopic(answers, Optional.of(1), Optional.empty())))
                .all()
                .get();
    }

    private KafkaProducer<byte[], byte[]> producer() {
        var bytes = new ByteArraySerializer();
        return new KafkaProducer<>(with(Map.of("acks", "all", "linger.ms", 0)), bytes, bytes);
    }

    private Map<String, Object> workerSettings() {
        return Map.of(
                "group.id",
                jobs,
                "share.acknowledgement.mode",
                "explicit",
                "share.acquire.mode",
                "record_limit",
                "max.poll.records",
                1);
    }

    private Map<String, Object> with(Map<String, Object> settings) {
        var all = new java.util.HashMap<>(client);
        all.putAll(settings);
        return all;
    }
}
