package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.processor.Processor;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.services.Requests.Reply;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** A job that is divided, as a client sees it: real gateway, sink and Kafka, scripted work. */
@TestInstance(Lifecycle.PER_CLASS)
class LongVideoTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final int PARTITIONS = 3;

    @TempDir static Path dir;
    private final OpenServices open = new OpenServices();
    private final List<Processor> workers = new ArrayList<>();
    private EmbeddedBroker broker;
    private KafkaTransport transport;
    private SinkService sink;
    private Requests client;
    private ScriptedSegments work;
    private int sinkPort;

    @BeforeAll
    void start() throws Exception {
        sinkPort = FreePort.choose();
        broker = open.add(EmbeddedBroker.start(dir.resolve("broker")));
        sink = SinkService.start(config("sink"), _ -> {});
        GatewayService gateway = open.add(GatewayService.start(config("gateway"), _ -> {}));
        client = open.add(new Requests(gateway.port()));
        transport = open.add(KafkaTransport.open(config("test").kafka()));
        work = new ScriptedSegments(transport.results());
    }

    @AfterAll
    void stop() throws Exception {
        staff(0);
        sink.close();
        open.close();
    }

    @AfterEach
    void letAllFramesBeMade() {
        work.permits = null;
    }

    private HeritageConfig config(String part) throws Exception {
        return HeritageConfig.load(Optional.of(file(part)), Map.of(), List.of());
    }

    private Path file(String part) throws IOException {
        return Files.writeString(
                dir.resolve(part + ".yaml"),
                """
                kafka:
                  bootstrap-servers: %s
                  media-partitions: 2
                  event-partitions: %d
                admin:
                  port: 0
                gateway:
                  port: 0
                  sink: http://127.0.0.1:%d
                sink:
                  port: %d
                  state-dir: %s
                processor:
                  worker: %s
                  grace: 0s
                """
                        .formatted(
                                broker.bootstrapServers(),
                                PARTITIONS,
                                sinkPort,
                                sinkPort,
                                dir.resolve("state"),
                                part));
    }

    /** So many work from now on; starting one takes seconds, so tests take over what they find. */
    private void staff(int count) throws Exception {
        while (workers.size() > count) {
            workers.removeLast().close();
        }
        while (workers.size() < count) {
            workers.add(
                    ScriptedSegments.worker(config("worker-" + workers.size()), transport, work));
        }
        for (Processor worker : workers) {
            assertThat(worker.awaitReady(SOON)).isTrue();
        }
    }

    private String submit(int millisAFrame, int failures) throws Exception {
        String media =
                Base64.getEncoder().encodeToString("a video".getBytes(StandardCharsets.UTF_8));
        Reply reply =
                client.post(
                        "restore/run",
                        """
                        {"input":{"media":"%s","split_frames":20,"sample_steps":%d,"seed":%d}}\
                        """
                                .formatted(media, millisAFrame, failures));
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(200);
        return reply.id();
    }

    private String result(Reply done) {
        assertThat(done.state()).as(done.json().toString()).isEqualTo("COMPLETED");
        return new String(
                Base64.getDecoder().decode(done.json().at("/output/media/0").asText()),
                StandardCharsets.UTF_8);
    }

    private static String allFrames() {
        int frames = ScriptedSegments.SEGMENTS * ScriptedSegments.FRAMES;
        var text = new StringBuilder();
        IntStream.range(0, frames).forEach(frame -> text.append(frame).append('\n'));
        return text.toString();
    }

    /** How often each segment of a job was begun here. */
    private Map<Integer, Integer> begun(String job) {
        Map<Integer, Integer> counts = new TreeMap<>();
        for (String id : work.begun) {
            if (id.startsWith(job)) {
                counts.merge(
                        Integer.valueOf(id.substring(id.lastIndexOf('-') + 1)), 1, Integer::sum);
            }
        }
        return counts;
    }

    private JsonNode status(String job) throws Exception {
        return client.get("restore/status/" + job).json();
    }

    @Test
    void fourWorkersMakeWhatOneMakesAndTheClientSeesOneJob() throws Exception {
        staff(1);
        String alone = result(client.await("restore", submit(1, 0)));
        staff(4);
        var permits = new Semaphore(0);
        work.permits = permits;
        String job = submit(1, 0);
        var progress = new ArrayList<Double>();
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    JsonNode status = status(job);
                    if (status.path("status").asText().equals("IN_PROGRESS")
                            && status.at("/output/stage").asText().equals("segments")) {
                        progress.add(status.at("/output/progress").asDouble());
                        permits.release(4); // of 40 frames: there are several looks before the end
                    }
                    return status.path("status").asText().equals("COMPLETED");
                });
        String shared = result(client.await("restore", job));

        assertThat(shared).isEqualTo(alone).isEqualTo(allFrames());
        assertThat(progress).isSorted().hasSizeGreaterThan(2);
        JsonNode listed = client.get("restore/requests").json().path("requests");
        assertThat(listed).extracting(row -> row.path("id").asText()).contains(job);
        assertThat(listed)
                .extracting(row -> row.path("id").asText())
                .noneMatch(id -> id.startsWith(job + "-"));
    }

    @Test
    void aSegmentThatFailsTwiceIsRunAgainAlone() throws Exception {
        staff(2);
        String job = submit(1, 2);
        assertThat(result(client.await("restore", job))).isEqualTo(allFrames());
        assertThat(begun(job)).isEqualTo(Map.of(0, 1, 1, 3, 2, 1, 3, 1));
    }

    @Test
    void aSegmentThatFailsThreeTimesFailsTheJob() throws Exception {
        staff(2);
        Reply failed = client.await("restore", submit(1, 3));
        assertThat(failed.state()).isEqualTo("FAILED");
        assertThat(failed.error()).isEqualTo("frames 10 to 19: scripted");
    }

    @Test
    void cancellingTheJobStopsItsSegmentsAndEmptiesTheQueue() throws Exception {
        staff(2);
        String job = submit(ScriptedSegments.NEVER, 0);
        await().atMost(SOON).until(() -> begun(job).size() == 2);
        assertThat(client.post("restore/cancel/" + job, "").state()).isEqualTo("CANCELLED");
        assertThat(result(client.await("restore", submit(1, 0)))).isEqualTo(allFrames());
        assertThat(begun(job)).as("only those that ran").hasSize(2);
        await().atMost(SOON)
                .untilAsserted(() -> {
                    JsonNode jobs = client.get("restore/health").json().path("jobs");
                    assertThat(jobs.path("inQueue").asInt()).isZero();
                    assertThat(jobs.path("inProgress").asInt()).isZero();
                });
    }

    @Test
    void aSinkThatIsRestartedGoesOn() throws Exception {
        staff(1);
        work.permits = new Semaphore(ScriptedSegments.FRAMES + 1);
        String job = submit(1, 0);
        await().atMost(SOON).until(() -> begun(job).size() == 2);
        sink.close();
        ClosedSinks.awaitEnd();
        sink = SinkService.start(config("sink"), _ -> {});
        work.permits = null;
        assertThat(result(client.await("restore", job))).isEqualTo(allFrames());
        assertThat(begun(job).values()).containsOnly(1);
    }

    /** The other worker gets it from the queue. */
    @Test
    void aWorkerThatIsKilledInASegmentDelaysThatSegmentOnly() throws Exception {
        staff(0);
        Process doomed = process("doomed", 1_000);
        try {
            await().atMost(SOON)
                    .until(() ->
                            client.get("restore/health").json().at("/workers/ready").asInt() == 1);
            String job = submit(1, 0);
            await().atMost(SOON).until(() -> status(job).at("/output/frames_done").asInt() > 0);
            UpProcess.kill(doomed);
            staff(1);
            assertThat(result(client.await("restore", job))).isEqualTo(allFrames());
            assertThat(begun(job).values()).containsOnly(1);
        } finally {
            doomed.destroyForcibly();
        }
    }

    private static ProcessBuilder java(String... arguments) {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path")));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    private Process process(String worker, long millisAFrame) throws IOException {
        ProcessBuilder builder =
                java(
                        ScriptedSegments.class.getName(),
                        file(worker).toString(),
                        Long.toString(millisAFrame));
        builder.environment().keySet().removeIf(name -> name.startsWith("HERITAGE_"));
        return builder.start();
    }
}
