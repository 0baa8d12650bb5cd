package io.heritage.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.processor.Processor;
import io.heritage.processor.ProcessorPorts;
import io.heritage.processor.job.Attempt;
import io.heritage.processor.job.JobAnswer;
import io.heritage.processor.job.JobHandler;
import io.heritage.processor.job.WorkProgress;
import io.heritage.schemas.Division;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.JobPart;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.HeritageConfig.Flag;
import io.heritage.standalone.services.GatewayService;
import io.heritage.standalone.services.SinkService;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How much faster four processors restore one divided video than one processor does. Gateway, sink
 * and Kafka are real; the engine is scripted and waits for the time of each frame. The video is one
 * scene in chunks of 33 frames and segments of 8 chunks; each segment but the first repeats a
 * chunk. One processor restores the same parts, and the whole video.
 *
 * <p>{@code benchmarks/run SplitVideoBenchmark [SEGMENTS] [MILLIS-A-FRAME]}
 */
public final class SplitVideoBenchmark {
    private static final int OVERLAP = 4;
    private static final int STEP = 33 - OVERLAP;
    private static final int SEGMENT = 8 * STEP;

    /** Frames that a decoder skips in the time of one restored frame. */
    private static final int DECODED = 50;

    private static final Duration POLL = Duration.ofMillis(20);

    private SplitVideoBenchmark() {}

    public static void main(String[] args) throws Exception {
        int segments = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        double millis = args.length > 1 ? Double.parseDouble(args[1]) : 20;
        Path dir = Files.createTempDirectory("heritage-split-");
        try (var broker = EmbeddedBroker.start(dir.resolve("broker"))) {
            HeritageConfig config = config(broker, dir);
            try (var sink = SinkService.start(config, _ -> {});
                    var gateway =
                            GatewayService.start(
                                    config.with("gateway.sink", "http://127.0.0.1:" + sink.port()),
                                    _ -> {});
                    var transport = KafkaTransport.open(config.kafka())) {
                var engine = new Engine(segments, millis);
                double whole;
                double one;
                try (var _ = new Workers(config, transport, engine, 1)) {
                    whole = seconds(gateway.port(), true);
                    one = seconds(gateway.port(), false);
                }
                double four;
                try (var _ = new Workers(config, transport, engine, 4)) {
                    four = seconds(gateway.port(), false);
                }
                System.out.printf(
                        "%d frames of %.1f ms in %d segments%n",
                        segments * SEGMENT, millis, segments);
                System.out.printf("one processor, as a whole: %.1f s%n", whole);
                System.out.printf("one processor, in parts:   %.1f s%n", one);
                System.out.printf("four processors, in parts: %.1f s%n", four);
                System.out.printf("ratios: %.2f and %.2f%n", whole / four, one / four);
            }
        } finally {
            Arguments.delete(dir);
        }
        System.exit(0);
    }

    private static HeritageConfig config(EmbeddedBroker broker, Path dir) throws Exception {
        return HeritageConfig.load(
                Optional.empty(),
                Map.of(),
                List.of(
                        new Flag("kafka", "kafka.bootstrap-servers", broker.bootstrapServers()),
                        new Flag("admin", "admin.port", "0"),
                        new Flag("port", "gateway.port", "0"),
                        new Flag("sink", "sink.port", "0"),
                        new Flag("state", "sink.state-dir", dir.resolve("state").toString())));
    }

    /** Time from the request until the job is done. */
    private static double seconds(int port, boolean whole)
            throws IOException, InterruptedException {
        String base = "http://127.0.0.1:%d/v2/restore/".formatted(port);
        String body =
                """
                {"input":{"media":"QUJD","split_frames":%d}}\
                """
                        .formatted(whole ? 0 : SEGMENT);
        try (HttpClient http = HttpClient.newHttpClient()) {
            long begun = System.nanoTime();
            String id =
                    json(
                                    http,
                                    HttpRequest.newBuilder(URI.create(base + "run"))
                                            .POST(BodyPublishers.ofString(body)))
                            .path("id")
                            .asText();
            while (true) {
                JsonNode status =
                        json(http, HttpRequest.newBuilder(URI.create(base + "status/" + id)));
                switch (status.path("status").asText()) {
                    case "", "IN_QUEUE", "IN_PROGRESS" -> Thread.sleep(POLL); // "": not read yet
                    case "COMPLETED" -> {
                        return (System.nanoTime() - begun) / 1e9;
                    }
                    default -> throw new IllegalStateException("not completed: " + status);
                }
            }
        }
    }

    private static JsonNode json(HttpClient http, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return Wire.json().readTree(http.send(request.build(), BodyHandlers.ofString()).body());
    }

    /** Processors with a scripted engine. */
    private static final class Workers implements AutoCloseable {
        private final List<Processor> processors = new ArrayList<>();

        Workers(HeritageConfig config, KafkaTransport transport, JobHandler engine, int count)
                throws Exception {
            for (int i = 0; i < count; i++) {
                HeritageConfig own = config.with("processor.worker", "worker-" + count + "-" + i);
                processors.add(
                        Processor.startWith(
                                Map.of(EndpointKind.RESTORE, engine),
                                own.processor(),
                                own.endpoints().values().stream()
                                        .filter(e -> e.kind() == EndpointKind.RESTORE)
                                        .toList(),
                                2,
                                ProcessorPorts.of(
                                        transport,
                                        own.endpoints().keySet(),
                                        own.processor().worker()),
                                Clock.systemUTC()));
            }
            for (Processor processor : processors) {
                if (!processor.awaitReady(Duration.ofMinutes(1))) {
                    throw new IllegalStateException("a processor is not ready");
                }
            }
        }

        @Override
        public void close() {
            processors.forEach(Processor::close);
        }
    }

    /** Waits instead of computing. */
    private record Engine(int segments, double millis) implements JobHandler {
        private long frames() {
            return (long) segments * SEGMENT;
        }

        @Override
        public JobAnswer run(Attempt attempt) throws IOException {
            JobPart part = attempt.job().part();
            if (part == null && attempt.job().input().body().path("split_frames").asInt() > 0) {
                work(attempt, frames() / DECODED);
                return new JobAnswer.InParts(division());
            }
            switch (part == null ? null : part.work()) {
                case null -> work(attempt, frames());
                case JobPart.Segment segment -> {
                    work(attempt, segment.readFrom() / DECODED);
                    work(attempt, segment.readTo() - segment.readFrom());
                }
                case JobPart.Join _ -> work(attempt, frames() / DECODED);
            }
            return new JobAnswer.Output(Payload.ofJson(JsonNodeFactory.instance.objectNode()));
        }

        private Division division() {
            var all = new ArrayList<JobPart.Segment>();
            for (int i = 0; i < segments; i++) {
                long from = (long) i * SEGMENT;
                long to = from + SEGMENT;
                all.add(
                        new JobPart.Segment(
                                from,
                                to,
                                Math.max(0, from - STEP),
                                Math.min(frames(), to + OVERLAP),
                                STEP + OVERLAP,
                                OVERLAP,
                                i == 0 ? 1 : 0));
            }
            return new Division(all);
        }

        private void work(Attempt attempt, long count) throws IOException {
            long begun = System.nanoTime();
            for (long done = 0; done < count; done++) {
                attempt.checkpoint();
                attempt.progress(new WorkProgress("restore", done, count));
                long left = begun + (long) ((done + 1) * millis * 1e6) - System.nanoTime();
                try {
                    Thread.sleep(Duration.ofNanos(Math.max(0, left)));
                } catch (InterruptedException e) {
                    throw new InterruptedIOException("the processor ends");
                }
            }
        }
    }
}
