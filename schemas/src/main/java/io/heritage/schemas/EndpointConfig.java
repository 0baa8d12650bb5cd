package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One endpoint of an installation.
 *
 * @param engine what computes frames; only for {@link EndpointKind#INTERPOLATE}
 * @param executionTimeout limit of one attempt, for jobs that set none
 * @param ttl time from submission to the end, for jobs that set none
 * @param reply shape of a finished job's reply
 * @param resultRetention how long the result of a {@code /run} job is kept
 * @param syncResultRetention the same for {@code /runsync} jobs
 * @param webhookSecret secret that signs webhooks; empty: they are not signed
 * @param webhookHeaders further header lines of webhooks, {@code Name: value}
 */
public record EndpointConfig(
        EndpointId id,
        EndpointKind kind,
        Engine engine,
        Duration executionTimeout,
        Duration ttl,
        ReplyShape reply,
        Duration resultRetention,
        Duration syncResultRetention,
        String webhookSecret,
        List<String> webhookHeaders) {

    private static final Pattern HEADER =
            Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}: [\\x20-\\x7e]{0,2000}");

    private static final Pattern OURS =
            Pattern.compile(
                    "(host|user-agent|content-.*|connection|transfer-encoding|webhook-.*):.*",
                    Pattern.CASE_INSENSITIVE);

    public EndpointConfig {
        webhookHeaders = List.copyOf(webhookHeaders);
        for (String line : webhookHeaders) {
            if (!HEADER.matcher(line).matches() || OURS.matcher(line).matches()) {
                throw new IllegalArgumentException(
                        "webhook-headers: expected lines 'Name: value' of ASCII, and none of Host, User-Agent, Content-*, Connection, Transfer-Encoding and webhook-*");
            }
        }
    }

    /** The engine of an <i>interpolate</i> endpoint. */
    public enum Engine {
        /** Wan if its models are installed, else RIFE. */
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
                Duration.ofHours(1),
                "",
                List.of());
    }

    public ExecutionPolicy defaultPolicy() {
        return new ExecutionPolicy(executionTimeout, ttl, false);
    }

    /** Without the secret and the headers. */
    @Override
    public String toString() {
        return "EndpointConfig[%s, %s]".formatted(id, kind.wireName());
    }

    public Duration retentionOf(JobId job) {
        return job.isSync() ? syncResultRetention : resultRetention;
    }
}
