package io.heritage.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.processor.Processor;
import io.heritage.processor.ProcessorPorts;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.job.JobAnswer;
import io.heritage.processor.job.JobHandler;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Job;
import io.heritage.schemas.Lane;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.broker.EmbeddedBroker;
import io.heritage.transport.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Jobs a second of one processor with a full queue; the jobs do no work. The references are loops
 * of bare clients on the same broker: one takes one job at a time, writes two events, waits for the
 * second and acknowledges; the other takes 32 at a time.
 *
 * <p>{@code benchmarks/run ProcessorThroughputBenchmark [JOBS]}; the first third warms up.
 */
public final class ProcessorThroughputBenchmark {
    private static final EndpointId OURS = new EndpointId("ours");
    private static final EndpointId BARE_ONE = new EndpointId("bare-one");
    private static final EndpointId BARE_MANY = new EndpointId("bare-many");
    private static final int MANY = 32;

    private ProcessorThroughputBenchmark() {}

    public static void main(String[] args) throws Exception {
        int jobs = args.length > 0 ? Integer.parseInt(args[0]) : 6000;
        Path dir = Files.createTempDirectory("heritage-benchmark");
        try (var broker = EmbeddedBroker.start(dir);
                var transport = KafkaTransport.open(QueueLatencyBenchmark.client(broker))) {
            transport.createTopics(List.of(OURS, BARE_ONE, BARE_MANY));
            submit(transport, BARE_ONE, jobs);
            submit(transport, BARE_MANY, jobs);
            double one = bare(broker, BARE_ONE, 1, jobs);
            double many = bare(broker, BARE_MANY, MANY, jobs);
            double ours = ours(transport, jobs);
            System.out.printf("one processor:               %.0f jobs/s%n", ours);
            System.out.printf("bare loop, one at a time:    %.0f jobs/s%n", one);
            System.out.printf("bare loop, %d at a time:     %.0f jobs/s%n", MANY, many);
            System.out.printf("ratios: %.2f and %.2f%n", ours / one, ours / many);
        } finally {
            Arguments.delete(dir);
        }
        System.exit(0);
    }

    private static void submit(KafkaTransport transport, EndpointId endpoint, int jobs)
            throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> sent = new ArrayList<>();
            for (int i = 0; i < jobs; i++) {
                Job job = QueueLatencyBenchmark.job(endpoint, Lane.HIGH);
                sent.add(threads.submit(() -> transport.jobs().submit(job)));
            }
            for (Future<?> one : sent) {
                one.get();
            }
        }
    }

    private static double ours(KafkaTransport transport, int jobs) throws Exception {
        var rate = new Rate(jobs);
        JobHandler nothing =
                _ -> {
                    rate.count();
                    return new JobAnswer.Output(
                            Payload.ofJson(JsonNodeFactory.instance.objectNode()));
                };
        ProcessorConfig config = ProcessorConfig.defaults();
        ProcessorPorts ports = ProcessorPorts.of(transport, List.of(OURS), config.worker());
        try (Processor processor =
                Processor.startWith(
                        Map.of(EndpointKind.INTERPOLATE, nothing),
                        config,
                        List.of(EndpointConfig.defaults(OURS, EndpointKind.INTERPOLATE)),
                        3,
                        ports,
                        Clock.systemUTC())) {
            if (!processor.awaitReady(Duration.ofMinutes(1))) {
                throw new IllegalStateException("the processor is not ready");
            }
            submit(transport, OURS, jobs);
            return rate.await();
        }
    }

    private static double bare(EmbeddedBroker broker, EndpointId endpoint, int most, int jobs)
            throws Exception {
        var rate = new Rate(jobs);
        String topic = Topics.jobs(endpoint, Lane.HIGH);
        var reading = new ByteArrayDeserializer();
        var writing = new ByteArraySerializer();
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "group.id",
                        Topics.shareGroup(topic),
                        "share.acknowledgement.mode",
                        "explicit",
                        "share.acquire.mode",
                        "record_limit",
                        "max.poll.records",
                        most);
        try (var consumer = new KafkaShareConsumer<>(settings, reading, reading);
                var producer =
                        new KafkaProducer<>(
                                Map.of(
                                        "bootstrap.servers",
                                        (Object) broker.bootstrapServers(),
                                        "acks",
                                        "all",
                                        "linger.ms",
                                        0),
                                writing,
                                writing)) {
            consumer.subscribe(List.of(topic));
            while (!rate.isOver()) {
                Future<RecordMetadata> last = null;
                for (var record : consumer.poll(Duration.ofMillis(500))) {
                    String id = Wire.decode(record.value(), Job.class).id().value();
                    byte[] key = id.getBytes(StandardCharsets.UTF_8);
                    var _ = producer.send(new ProducerRecord<>(Topics.EVENTS, key, new byte[150]));
                    rate.count();
                    last = producer.send(new ProducerRecord<>(Topics.EVENTS, key, new byte[200]));
                    consumer.acknowledge(record, AcknowledgeType.ACCEPT);
                }
                if (last != null) {
                    last.get();
                    var _ = consumer.commitSync();
                }
            }
            return rate.await();
        }
    }

    /** Counts jobs, from the end of the first third on. */
    private static final class Rate {
        private final int jobs;
        private final CountDownLatch left;
        private volatile long began;
        private volatile long ended;

        Rate(int jobs) {
            this.jobs = jobs;
            this.left = new CountDownLatch(jobs);
        }

        void count() {
            long now = System.nanoTime();
            if (left.getCount() == jobs - jobs / 3) {
                began = now;
            }
            ended = now;
            left.countDown();
        }

        boolean isOver() {
            return left.getCount() == 0;
        }

        double await() throws InterruptedException {
            if (!left.await(10, TimeUnit.MINUTES)) {
                throw new IllegalStateException(left.getCount() + " jobs were not done");
            }
            return (jobs - jobs / 3) * 1e9 / (ended - began);
        }
    }
}
