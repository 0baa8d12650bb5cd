package io.heritage.standalone.services;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.processor.Processor;
import io.heritage.processor.ProcessorPorts;
import io.heritage.processor.job.Attempt;
import io.heritage.processor.job.JobAnswer;
import io.heritage.processor.job.JobFailed;
import io.heritage.processor.job.JobHandler;
import io.heritage.processor.job.WorkProgress;
import io.heritage.schemas.Division;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.JobPart;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.media.MediaUpload;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Divides each video into segments, "restores" a frame by waiting and writing its number, and joins
 * the numbers. The job's {@code sample_steps} is the number of milliseconds a frame takes, its
 * {@code seed} the number of times that segment 1 fails.
 */
final class ScriptedSegments implements JobHandler {
    static final int SEGMENTS = 4;
    static final int FRAMES = 10;

    /** As milliseconds of a frame: it is never done. */
    static final int NEVER = 1_000;

    private static final long STEP_MILLIS = 20;

    /** A segment that was begun: {@code JOB-ID}. */
    final Queue<String> begun = new ConcurrentLinkedQueue<>();

    /** While there is such a thing, each frame takes one of it, or waits for one. */
    volatile @Nullable Semaphore permits;

    private final MediaStore results;
    private final OptionalLong millisAFrame;

    ScriptedSegments(MediaStore results) {
        this(results, OptionalLong.empty());
    }

    /**
     * @param millisAFrame instead of what the job says
     */
    private ScriptedSegments(MediaStore results, OptionalLong millisAFrame) {
        this.results = results;
        this.millisAFrame = millisAFrame;
    }

    /** A worker of its own, in this process. */
    static Processor worker(HeritageConfig config, KafkaTransport transport, JobHandler handler) {
        return Processor.startWith(
                Map.of(EndpointKind.RESTORE, handler),
                config.processor(),
                config.endpoints().values().stream()
                        .filter(endpoint -> endpoint.kind() == EndpointKind.RESTORE)
                        .toList(),
                config.sink().lostJobRetries() + 1,
                ProcessorPorts.of(
                        transport, config.endpoints().keySet(), config.processor().worker()),
                Clock.systemUTC());
    }

    /** The same in a process that is to be killed: {@code CONFIG MILLIS-A-FRAME}. */
    public static void main(String[] args) throws Exception {
        HeritageConfig config =
                HeritageConfig.load(Optional.of(Path.of(args[0])), Map.of(), List.of());
        OptionalLong millisAFrame = OptionalLong.of(Long.parseLong(args[1]));
        try (var transport = KafkaTransport.open(config.kafka());
                var processor =
                        worker(
                                config,
                                transport,
                                new ScriptedSegments(transport.results(), millisAFrame))) {
            processor.awaitReady(Duration.ofMinutes(1));
            new CountDownLatch(1).await();
        }
    }

    @Override
    public JobAnswer run(Attempt attempt) throws IOException {
        JobPart part = attempt.job().part();
        if (part == null) {
            return new JobAnswer.InParts(division());
        }
        return new JobAnswer.Output(
                switch (part.work()) {
                    case JobPart.Segment segment -> segment(attempt, part, segment);
                    case JobPart.Join join -> join(attempt, join);
                });
    }

    private static Division division() {
        var segments = new ArrayList<JobPart.Segment>();
        for (int i = 0; i < SEGMENTS; i++) {
            int from = i * FRAMES;
            segments.add(new JobPart.Segment(from, from + FRAMES, from, from + FRAMES, 5, 1, 1));
        }
        return new Division(segments);
    }

    private Payload segment(Attempt attempt, JobPart part, JobPart.Segment segment)
            throws IOException {
        begun.add(attempt.job().id().value());
        JsonNode input = attempt.job().input().body();
        var text = new StringBuilder();
        for (long frame = segment.from(); frame < segment.to(); frame++) {
            takePermit(attempt);
            work(attempt, millisAFrame.orElseGet(() -> millis(input)));
            text.append(frame).append('\n');
            attempt.progress(
                    new WorkProgress("restore", frame + 1 - segment.from(), segment.frames()));
        }
        // the sink counts attempts in steps of 32
        if (part.index() == 1 && attempt.job().attemptsBefore() < 32 * input.path("seed").asInt()) {
            throw new JobFailed("scripted");
        }
        return stored(attempt, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Payload join(Attempt attempt, JobPart.Join join) throws IOException {
        var text = new StringBuilder();
        for (Payload segment : join.segments()) {
            try (InputStream in = results.open(segment.media().getFirst())) {
                text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return stored(attempt, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Payload stored(Attempt attempt, byte[] bytes) throws IOException {
        try (MediaUpload upload = results.begin(attempt.job().id().value())) {
            MediaPart part = upload.part("text", "text/plain");
            try (part) {
                part.write(bytes);
            }
            MediaRef ref = part.durable();
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.putArray("media").add(Payload.placeholder(0));
            return new Payload(body, List.of(ref));
        }
    }

    private static long millis(JsonNode input) {
        int steps = input.path("sample_steps").asInt();
        return steps == NEVER ? TimeUnit.HOURS.toMillis(1) : steps;
    }

    private void takePermit(Attempt attempt) throws IOException {
        try {
            for (Semaphore needed = permits; needed != null; needed = permits) {
                if (needed.tryAcquire(STEP_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
                attempt.checkpoint();
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException("the processor ends");
        }
    }

    /** In steps, as networks work, so that it can be stopped between them. */
    private static void work(Attempt attempt, long millis) throws IOException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            do {
                attempt.checkpoint();
                Thread.sleep(Math.min(STEP_MILLIS, millis)); // stands for a device that computes
            } while (System.nanoTime() - end < 0);
        } catch (InterruptedException e) {
            throw new InterruptedIOException("the processor ends");
        }
    }
}
