package io.heritage.benchmarks;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.broker.EmbeddedBrokerMain;
import io.heritage.transport.kafka.ClientSettings;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How many workers one broker can serve. The workers are bare share consumers with a worker's
 * settings on the shards of one lane, all in this JVM; the broker is a separate process. Prints the
 * time to join, memory and CPU time of the broker while they wait, and the jobs a second that they
 * take. The members do no work.
 *
 * <p>{@code benchmarks/run MembersBenchmark [MEMBERS [SHARDS [JOBS]]]}; 2,000 of them need {@code
 * HERITAGE_JAVA_OPTIONS=-Xmx4g}, {@code ulimit -n 20000} and as many threads.
 */
public final class MembersBenchmark implements AutoCloseable {
    private static final EndpointId ENDPOINT = new EndpointId("members");
    private static final int MEMBERS_A_SHARD = 300;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMillis(250);

    /** If no member joins within this time, the benchmark stops waiting. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration AT_REST = Duration.ofSeconds(10);

    private final Process broker;
    private final KafkaTransport transport;
    private final ClientSettings settings;
    private final List<String> topics;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    private MembersBenchmark(Process broker, String servers, int shards) {
        this.broker = broker;
        KafkaConfig config = config(servers, shards);
        this.transport = KafkaTransport.open(config);
        this.settings = new ClientSettings(config);
        transport.createTopics(List.of(ENDPOINT));
        this.topics =
                IntStream.range(0, shards)
                        .mapToObj(shard -> Topics.jobs(ENDPOINT, Lane.HIGH, shard))
                        .toList();
    }

    public static void main(String[] args) throws Exception {
        var given = new Arguments(args);
        int members = given.number(200);
        int shards = given.number(Math.ceilDiv(members, MEMBERS_A_SHARD));
        int jobs = given.number(20_000);
        Path dir = Files.createTempDirectory("heritage-members");
        Process broker = startBroker(dir);
        try (var benchmark = new MembersBenchmark(broker, addressOf(broker), shards)) {
            benchmark.run(members, jobs);
        } finally {
            broker.destroy();
            broker.waitFor();
            Arguments.delete(dir);
        }
        System.exit(0);
    }

    private void run(int members, int jobs) throws Exception {
        Thread.sleep(AT_REST);
        long alone = residentKilobytes();
        System.out.printf("broker without members: %s%n", megabytes(alone));
        long begun = System.nanoTime();
        for (int i = 0; i < members; i++) {
            String topic = topics.get(i % topics.size());
            String name = "member-" + i;
            threads.execute(() -> member(topic, name));
        }
        int joined = awaitJoined(members);
        System.out.printf(
                "%d of %d members joined %d shards in %.1f s%n",
                joined, members, topics.size(), seconds(begun));
        Duration before = processorTime();
        Thread.sleep(AT_REST);
        System.out.printf(
                "broker while they wait: %s, %.1f KB a member; %.2f of a core; %d open files%n",
                megabytes(residentKilobytes()),
                (residentKilobytes() - alone) / (double) Math.max(1, joined),
                processorTime().minus(before).toNanos() / (double) AT_REST.toNanos(),
                openFiles());
        take(jobs);
        System.out.printf(
                "broker afterwards: %s; members that failed: %d%n",
                megabytes(residentKilobytes()), failed.get());
    }

    private void take(int jobs) throws Exception {
        long begun = System.nanoTime();
        try (var clients = Executors.newFixedThreadPool(64, Thread.ofVirtual().factory())) {
            for (int i = 0; i < jobs; i++) {
                clients.execute(() ->
                        transport.jobs().submit(QueueLatencyBenchmark.job(ENDPOINT, Lane.HIGH)));
            }
        }
        double submitted = seconds(begun);
        while (taken.get() < jobs) {
            Thread.sleep(LOOK);
            if (seconds(begun) > PATIENCE.toSeconds() + submitted) {
                break;
            }
        }
        System.out.printf(
                "%d of %d jobs taken, %.0f a second; submitted in %.1f s, all taken after %.1f s%n",
                taken.get(), jobs, taken.get() / seconds(begun), submitted, seconds(begun));
    }

    private void member(String topic, String name) {
        try (var consumer =
                new KafkaShareConsumer<>(
                        settings.shareConsumer(topic, name, 1),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (!closed.get()) {
                consumer.poll(POLL)
                        .forEach(record -> {
                            consumer.acknowledge(record);
                            taken.incrementAndGet();
                        });
            }
        } catch (WakeupException e) {
            System.err.println(name + " was woken");
        } catch (KafkaException e) {
            if (failed.getAndIncrement() == 0) {
                System.err.println(name + ": " + e);
            }
        }
    }

    /** Number of members once all have joined, or once none has joined for a while. */
    private int awaitJoined(int members) throws Exception {
        int joined = 0;
        long since = System.nanoTime();
        while (joined < members && seconds(since) < PATIENCE.toSeconds()) {
            Thread.sleep(LOOK);
            int now = joined();
            if (now > joined) {
                since = System.nanoTime();
            }
            joined = now;
        }
        return joined;
    }

    private int joined() throws InterruptedException {
        int members = 0;
        for (var group : transport.admin().describeShareGroups(topics).describedGroups().values()) {
            try {
                members += group.get().members().size();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                    throw new IllegalStateException("the groups cannot be asked for", e);
                }
            }
        }
        return members;
    }

    private Duration processorTime() {
        return broker.toHandle().info().totalCpuDuration().orElseThrow();
    }

    private long residentKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + broker.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private long openFiles() throws IOException {
        try (var files = Files.list(Path.of("/proc/" + broker.pid() + "/fd"))) {
            return files.count();
        }
    }

    private static String megabytes(long kilobytes) {
        return "%d MB resident".formatted(kilobytes / 1024);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static Process startBroker(Path dir) throws IOException {
        return new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx2g",
                                "-XX:+UseG1GC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                EmbeddedBrokerMain.class.getName(),
                                dir.resolve("broker").toString(),
                                "0"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Not closed: that would close the broker's stdout. */
    private static String addressOf(Process broker) throws IOException {
        var out =
                new BufferedReader(
                        new InputStreamReader(broker.getInputStream(), StandardCharsets.UTF_8));
        return Objects.requireNonNull(out.readLine(), "the broker ended")
                .substring("ready ".length());
    }

    private static KafkaConfig config(String servers, int shards) {
        KafkaConfig d = KafkaConfig.defaults();
        return new KafkaConfig(
                        servers,
                        Map.of(),
                        4,
                        4,
                        1,
                        d.mediaRetention(),
                        d.mediaRetentionBytes(),
                        d.uploadTimeout(),
                        d.concurrentUploads(),
                        d.uploadBufferBytes())
                .withLaneShards(shards);
    }

    @Override
    public void close() throws InterruptedException {
        closed.set(true);
        threads.shutdown();
        if (!threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            threads.shutdownNow();
        }
        transport.close();
    }
}
