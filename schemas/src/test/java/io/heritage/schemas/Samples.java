package io.heritage.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of each message, all about the same job. */
final class Samples {
    static final Instant START = Instant.parse("2026-11-22T10:00:00.123Z");
    static final JobId ID = new JobId("019ab0c1-2f3d-7a4b-8c5d-6e7f8091a2b3-u1");
    static final WorkerId WORKER = new WorkerId("gpu-0");

    private Samples() {}

    static Instant after(long seconds) {
        return START.plusSeconds(seconds);
    }

    public static JsonNode json(String text) {
        try {
            return Wire.json().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    static ObjectNode object(String text) {
        return (ObjectNode) json(text);
    }

    public static MediaRef media() {
        return new MediaRef.InKafka(
                "heritage.results",
                3,
                41,
                47,
                ID.value(),
                "frame-0",
                2,
                700_000,
                "ab".repeat(32),
                "image/png");
    }

    static Payload output() {
        return new Payload(json("{'images':[{'$media':0}],'n':1}"), List.of(media()));
    }

    public static Job job() {
        return job("https://client.example/hook");
    }

    public static Job job(@Nullable String webhook) {
        return new Job(
                ID,
                new EndpointId("interpolate"),
                EndpointKind.INTERPOLATE,
                "alice",
                new Payload(json("{'start_image_base64':{'$media':0}}"), List.of(media())),
                new ExecutionPolicy(Duration.ofMinutes(10), Duration.ofHours(24), false),
                webhook,
                ReplyShape.ENVELOPE,
                START,
                0);
    }

    /** A batch of one job. */
    static Job batch() {
        Job job = job(null);
        Payload inputs =
                new Payload(
                        json(
                                "{'input':{'steps':8},'inputs':[{'start_image_base64':{'$media':0}}]}"),
                        List.of(media()));
        return batch(job, inputs, 1);
    }

    static Job batch(Job job, Payload inputs, int jobs) {
        return new Job(
                job.id(),
                job.endpoint(),
                job.kind(),
                job.owner(),
                inputs,
                job.policy(),
                job.webhook(),
                job.reply(),
                job.submittedAt(),
                0,
                null,
                null,
                null,
                new Batch.Whole(jobs),
                null);
    }

    public static JobEvent.Started started(int attempt, long seconds) {
        return new JobEvent.Started(ID, after(seconds), attempt, WORKER);
    }

    public static JobEvent.Progress progress(int attempt, long sequence) {
        return new JobEvent.Progress(
                ID, after(3), attempt, WORKER, sequence, json("{'percent':" + sequence + "}"));
    }

    public static JobEvent.Completed completed(int attempt, long seconds) {
        return new JobEvent.Completed(ID, after(seconds), attempt, WORKER, output());
    }

    public static JobEvent.Failed failed(String error) {
        return failed(1, error);
    }

    public static JobEvent.Failed failed(int attempt, String error) {
        return new JobEvent.Failed(ID, after(9), attempt, WORKER, error, json("{'hint':'x'}"));
    }
}
