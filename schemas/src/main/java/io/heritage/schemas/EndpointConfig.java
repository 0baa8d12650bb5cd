package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.Locale;

/**
 * One endpoint of an installation.
 *
 * @param engine what computes frames; only for {@link EndpointKind#INTERPOLATE}
 * @param executionTimeout limit of one attempt, for jobs that set none
 * @param ttl time from submission to the end, for jobs that set none
 * @param reply shape of a finished job's reply
 * @param resultRetention how long the result of a {@code /run} job is kept
 * @param syncResultRetention the same for {@code /runsync} jobs
 */
public record EndpointConfig(
        EndpointId id,
        EndpointKind kind,
        Engine engine,
        Duration executionTimeout,
        Duration ttl,
        ReplyShape reply,
        Duration resultRetention,
        Duration syncResultRetention) {

    /** What makes the frames of an <i>interpolate</i> endpoint. */
    public enum Engine {
        /** Wan where its models are installed, else RIFE. */
        AUTO,
        WAN,
        RIFE;

        @JsonValue
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Longer times than RunPod's: long videos may take hours, and results are asked for late. */
    public static EndpointConfig defaults(EndpointId id, EndpointKind kind) {
        return new EndpointConfig(
                id,
                kind,
                Engine.AUTO,
                Duration.ofHours(2),
                Duration.ofHours(24),
                kind.defaultReply(),
                Duration.ofHours(12),
                Duration.ofHours(1));
    }

    public ExecutionPolicy defaultPolicy() {
        return new ExecutionPolicy(executionTimeout, ttl, false);
    }

    public Duration retentionOf(JobId job) {
        return job.isSync() ? syncResultRetention : resultRetention;
    }
}
