package io.heritage.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.Wire;
import io.heritage.schemas.WorkerId;
import io.heritage.schemas.WorkerStatus;
import io.heritage.schemas.WorkerStatus.Phase;
import io.heritage.sink.config.SinkConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Jobs, events and heartbeats of a test, at the time of its clock. */
public record Samples(Clock clock) {
    public static final EndpointId ENDPOINT = new EndpointId("interpolate");
    public static final WorkerId WORKER = new WorkerId("gpu-0");
    public static final Duration EXECUTION_TIMEOUT = Duration.ofMinutes(10);
    public static final Duration TTL = Duration.ofHours(24);

    public static EndpointConfig endpoint() {
        return EndpointConfig.defaults(ENDPOINT, EndpointKind.INTERPOLATE);
    }

    public static SinkConfig config(Path stateDir, boolean privateWebhooks) {
        return config(stateDir, privateWebhooks, SinkConfig.defaults().lostJobRetries());
    }

    public static SinkConfig config(Path stateDir, boolean privateWebhooks, int lostJobRetries) {
        SinkConfig d = SinkConfig.defaults();
        return new SinkConfig(
                d.host(),
                0,
                d.advertisedHost(),
                stateDir,
                d.instanceId(),
                d.lostAfter(),
                lostJobRetries,
                d.webhookTimeout(),
                d.webhookPauses(),
                privateWebhooks,
                d.webhooksAtOnce(),
                d.repliesAtOnce(),
                d.secret(),
                d.publicUrl(),
                d.streamThreads(),
                d.standbyReplicas());
    }

    public static JsonNode json(String text) {
        try {
            return Wire.json().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    public Job job() {
        return job(null, ReplyShape.ENVELOPE);
    }

    public Job job(String owner) {
        return job(owner, null, ReplyShape.ENVELOPE);
    }

    public Job job(@Nullable String webhook, ReplyShape reply) {
        return job("alice", webhook, reply);
    }

    public Job job(String owner, @Nullable String webhook, ReplyShape reply) {
        return new Job(
                JobId.forRun(clock),
                ENDPOINT,
                EndpointKind.INTERPOLATE,
                owner,
                Payload.ofJson(json("{'steps':8}")),
                new ExecutionPolicy(EXECUTION_TIMEOUT, TTL, false),
                webhook,
                reply,
                clock.instant(),
                0);
    }

    public JobEvent.Started started(Job job, int attempt) {
        return new JobEvent.Started(job.id(), clock.instant(), attempt, WORKER);
    }

    public JobEvent.Progress progress(Job job, long sequence) {
        return new JobEvent.Progress(
                job.id(),
                clock.instant(),
                1,
                WORKER,
                sequence,
                json("{'percent':" + sequence + "}"));
    }

    /** With the attempt and the index as its content. */
    public JobEvent.PartReady part(Job job, int attempt, int index) {
        return part(job, attempt, index, Payload.ofJson(partBody(attempt, index)));
    }

    public JobEvent.PartReady part(Job job, int attempt, int index, Payload part) {
        return new JobEvent.PartReady(job.id(), clock.instant(), attempt, WORKER, index, part);
    }

    /** A reference to what is nowhere. */
    public static MediaRef media(Job job, String part, long bytes) {
        return new MediaRef.InKafka(
                "heritage.results",
                0,
                1_000_000,
                1_000_001,
                job.id().value(),
                part,
                2,
                bytes,
                "00".repeat(32),
                "image/png");
    }

    public static JsonNode partBody(int attempt, int index) {
        return json("{'attempt':%d,'part':%d}".formatted(attempt, index));
    }

    public JobEvent.Completed completed(Job job, int attempt) {
        return completed(job, attempt, Payload.ofJson(json("{'frames':3}")));
    }

    public JobEvent.Completed completed(Job job, int attempt, Payload output) {
        return new JobEvent.Completed(job.id(), clock.instant(), attempt, WORKER, output);
    }

    public JobEvent.Failed failed(Job job, String error) {
        return failed(job, 1, error);
    }

    public JobEvent.Failed failed(Job job, int attempt, String error) {
        return new JobEvent.Failed(job.id(), clock.instant(), attempt, WORKER, error, null);
    }

    public WorkerStatus worker(Phase phase, @Nullable JobId job) {
        return worker(WORKER, phase, job);
    }

    public WorkerStatus worker(WorkerId worker, Phase phase, @Nullable JobId job) {
        return worker(worker, phase, job, Duration.ofSeconds(5));
    }

    /**
     * @param heartbeat after which the next is due
     */
    public WorkerStatus worker(
            WorkerId worker, Phase phase, @Nullable JobId job, Duration heartbeat) {
        Instant now = clock.instant();
        return new WorkerStatus(
                worker,
                now,
                phase,
                List.of(ENDPOINT),
                List.of("rife47"),
                "cpu",
                0,
                0,
                job,
                heartbeat.toMillis(),
                now.minusSeconds(60),
                "1.2.3",
                List.of("rife47", "seedvr2_3b"));
    }
}
