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
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.broker.EmbeddedBroker;
import io.heritage.transport.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Jobs a second of one or several processors with a full queue; the jobs do no work. They are
 * submitted to Kafka directly, without a gateway. The processors are in this process, each with
 * connections of its own. The references are as many loops of bare clients on the same broker: one
 * kind takes one job at a time, writes two events, waits for the second and acknowledges; the other
 * takes 32 at a time.
 *
 * <p>{@code benchmarks/run ProcessorThroughputBenchmark [JOBS [PROCESSORS]]}; the first third warms
 * up.
 */
public final class ProcessorThroughputBenchmark {
    private static final EndpointId OURS = new EndpointId("ours");
    private static final EndpointId BARE_ONE = new EndpointId("bare-one");
    private static final EndpointId BARE_MANY = new EndpointId("bare-many");
    private static final int MANY = 32;

    private ProcessorThroughputBenchmark() {}

    public static void main(String[] args) throws Exception {
        int jobs = args.length > 0 ? Integer.parseInt(args[0]) : 6000;
        int processors = args.length > 1 ? Integer.parseInt(args[1]) : 1;
        Path dir = Files.createTempDirectory("heritage-benchmark");
        try (var broker = EmbeddedBroker.start(dir);
                var transport = KafkaTransport.open(QueueLatencyBenchmark.client(broker))) {
            transport.createTopics(List.of(OURS, BARE_ONE, BARE_MANY));
            submit(transport, BARE_ONE, jobs);
            submit(transport, BARE_MANY, jobs);
            double one = bare(broker, BARE_ONE, 1, jobs, processors);
            double many = bare(broker, BARE_MANY, MANY, jobs, processors);
            double ours = ours(broker, transport, jobs, processors);
            System.out.printf(
                    "processors:                %d, %.0f jobs/s, %.0f a minute%n",
                    processors, ours, 60 * ours);
            System.out.printf("bare loops, one at a time: %d, %.0f jobs/s%n", processors, one);
            System.out.printf(
                    "bare loops, %d at a time:  %d, %.0f jobs/s%n", MANY, processors, many);
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

    private static double ours(
            EmbeddedBroker broker, KafkaTransport transport, int jobs, int processors)
            throws Exception {
        var rate = new Rate(jobs);
        JobHandler nothing =
                _ -> {
                    rate.count();
                    return new JobAnswer.Output(
                            Payload.ofJson(JsonNodeFactory.instance.objectNode()));
                };
        try (var _ = new Workers(broker, nothing, processors)) {
            submit(transport, OURS, jobs);
            return rate.await();
        }
    }

    /** Processors that take jobs. */
    private static final class Workers implements AutoCloseable {
        private final Deque<AutoCloseable> open = new ArrayDeque<>();

        Workers(EmbeddedBroker broker, JobHandler handler, int count) throws Exception {
            var processors = new ArrayList<Processor>();
            for (int i = 0; i < count; i++) {
                ProcessorConfig config =
                        HeritageConfig.defaults()
                                .with("processor.worker", "worker-" + i)
                                .processor();
                var transport = KafkaTransport.open(QueueLatencyBenchmark.client(broker));
                open.push(transport);
                var processor =
                        Processor.startWith(
                                Map.of(EndpointKind.INTERPOLATE, handler),
                                config,
                                List.of(EndpointConfig.defaults(OURS, EndpointKind.INTERPOLATE)),
                                3,
                                ProcessorPorts.of(transport, List.of(OURS), config.worker()),
                                Clock.systemUTC());
                open.push(processor);
                processors.add(processor);
            }
            for (Processor processor : processors) {
                if (!processor.awaitReady(Duration.ofMinutes(1))) {
                    throw new IllegalStateException("a processor is not ready");
                }
            }
        }

        @Override
        public void close() throws Exception {
            while (!open.isEmpty()) {
                open.pop().close();
            }
        }
    }

    private static double bare(
            EmbeddedBroker broker, EndpointId endpoint, int most, int jobs, int loops)
            throws Exception {
        var rate = new Rate(jobs);
        try (var threads = Executors.newCachedThreadPool()) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < loops; i++) {
                running.add(
                        threads.submit(() -> {
                            loop(broker, endpoint, most, rate);
                            return null;
                        }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        return rate.await();
    }

    private static void loop(EmbeddedBroker broker, EndpointId endpoint, int most, Rate rate)
            throws Exception {
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
        }
    }

    /** Counts jobs, from the end of the first third on. */
    private static final class Rate {
        private final int jobs;
        private final AtomicInteger done = new AtomicInteger();
        private final CountDownLatch left;
        private volatile long began;
        private volatile long ended;

        Rate(int jobs) {
            this.jobs = jobs;
            this.left = new CountDownLatch(jobs);
        }

        void count() {
            long now = System.nanoTime();
            int count = done.incrementAndGet();
            if (count == jobs / 3) {
                began = now;
            } else if (count == jobs) {
                ended = now;
            }
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
