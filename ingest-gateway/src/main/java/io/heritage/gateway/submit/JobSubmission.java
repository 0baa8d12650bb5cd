package io.heritage.gateway.submit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.gateway.connection.BodyStream;
import io.heritage.gateway.limit.BodyMemory;
import io.heritage.gateway.media.NamedMedia;
import io.heritage.gateway.media.SubmittedMedia;
import io.heritage.gateway.submit.SubmissionReader.Submission;
import io.heritage.http.HostNames;
import io.heritage.observe.trace.TraceContext;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.UploadSecret;
import io.heritage.schemas.UploadTarget;
import io.heritage.transport.log.EventLog;
import io.heritage.transport.media.MediaStore;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Turns a request's body into a job ({@code /run} and {@code /runsync}, docs/spec/runpod.md,
 * section 1.2). A wrong policy or webhook refuses the request. A wrong input fails the job at once,
 * with the reason and without queueing it.
 */
public final class JobSubmission {
    private static final int MAX_WEBHOOK_LENGTH = 4096;

    private final MediaStore media;
    private final SubmissionReader reader;
    private final NamedMedia named;
    private final OwnerTurns turns;
    private final EventLog events;
    private final BodyMemory memory;
    private final UnknownFields unknownFields;
    private final UploadSecret uploads;
    private final Clock clock;

    public JobSubmission(
            MediaStore media,
            SubmissionReader reader,
            NamedMedia named,
            OwnerTurns turns,
            EventLog events,
            BodyMemory memory,
            UnknownFields unknownFields,
            UploadSecret uploads,
            Clock clock) {
        this.media = media;
        this.reader = reader;
        this.named = named;
        this.memory = memory;
        this.unknownFields = unknownFields;
        this.uploads = uploads;
        this.turns = turns;
        this.events = events;
        this.clock = clock;
    }

    /**
     * @param job as it was written, if it was
     * @param bodyHash SHA-256 of the body if it is keyed, else empty
     * @param warning for the client; empty if there is none
     */
    public record Receipt(Job job, String bodyHash, String warning) {}

    /**
     * Returns when the job is durable.
     *
     * @param keyed whether other requests may have the same id: the log decides which of them is
     *     the job
     * @return what was submitted
     * @throws InvalidInput if the request is wrong; no job exists then
     * @throws io.heritage.transport.media.MediaQuotaReached if other jobs have to end first
     * @throws io.heritage.transport.media.DiskFull if Kafka's disk has no room
     */
    public Receipt submit(
            JobId id, EndpointConfig endpoint, String owner, BodyStream body, boolean keyed)
            throws IOException, InvalidInput {
        long mediaBytes = body.mostMediaBytes();
        media.requireRoom(mediaBytes);
        if (keyed) {
            body.hashed();
        }
        try (BodyMemory.Lease lease = memory.begin(owner)) {
            Submission submission = reader.read(body, endpoint.kind(), id, mediaBytes, lease);
            String hash = body.sha256();
            return submit(id, endpoint, submission, owner, hash);
        }
    }

    private Receipt submit(
            JobId id,
            EndpointConfig endpoint,
            Submission submission,
            String owner,
            @Nullable String hash)
            throws IOException, InvalidInput {
        ExecutionPolicy policy = policy(id, endpoint, submission.body().path("policy"));
        String webhook = webhook(submission.body().path("webhook"));
        ReplyShape reply = ReplyShape.parse(submission.body().path("policy"), endpoint.reply());
        JsonNode s3Config = submission.body().path("s3Config");
        String upload = sealed(s3Config, id);
        Accepted accepted;
        String warning;
        try {
            warning =
                    joined(
                            unknownFields.check(endpoint.kind(), submission.input()),
                            unused(s3Config));
            accepted = accept(id, endpoint, submission, owner, policy);
        } catch (InvalidInput wrong) {
            Payload input =
                    SubmittedMedia.asWritten(
                            RecordedInput.of(endpoint.kind(), submission.input()),
                            submission.media());
            Job rejected = job(id, endpoint, owner, input, policy, webhook, reply, hash, null);
            String error = String.valueOf(wrong.getMessage());
            events.append(
                    hash == null
                            ? new JobEvent.Rejected(rejected, clock.instant(), error)
                            : new JobEvent.Submitted(rejected, clock.instant(), error));
            return new Receipt(rejected, hash == null ? "" : hash, "");
        }
        Job job =
                job(
                        id,
                        endpoint,
                        owner,
                        accepted.input(),
                        accepted.policy(),
                        webhook,
                        reply,
                        hash,
                        upload);
        if (hash == null) {
            turns.submit(job);
        } else {
            events.append(new JobEvent.Submitted(job, clock.instant(), null));
        }
        return new Receipt(job, hash == null ? "" : hash, warning);
    }

    /** An input that a worker can process. */
    private record Accepted(Payload input, ExecutionPolicy policy) {}

    /**
     * @throws InvalidInput the reason why the job fails
     */
    private Accepted accept(
            JobId id,
            EndpointConfig endpoint,
            Submission submission,
            String owner,
            ExecutionPolicy policy)
            throws IOException, InvalidInput {
        if (submission.badMedia().isPresent()) {
            throw submission.badMedia().get();
        }
        check(endpoint, submission.input());
        NamedMedia.Resolved found = named.find(owner, id, submission.media());
        return new Accepted(
                new Payload(RecordedInput.of(endpoint.kind(), submission.input()), found.media()),
                found.keptUntil().isEmpty()
                        ? policy
                        : within(
                                policy,
                                submission.body().path("policy").hasNonNull("ttl"),
                                found.keptUntil().get()));
    }

    static void check(EndpointConfig endpoint, ObjectNode input) throws InvalidInput {
        try {
            endpoint.kind().check(input);
        } catch (InvalidInput wrong) {
            if (input.size() == 1 && input.path("input").isObject()) {
                throw new InvalidInput(
                        wrong.getMessage()
                                + "; the input is wrapped twice, expected {\"input\": {…}} once",
                        wrong);
            }
            throw wrong;
        }
    }

    /** Media stored before the job expire earlier than those that came with it. */
    ExecutionPolicy within(ExecutionPolicy policy, boolean asked, Instant keptUntil)
            throws InvalidInput {
        Duration left = Duration.between(clock.instant(), keptUntil);
        if (policy.ttl().compareTo(left) <= 0) {
            return policy;
        }
        if (asked || left.compareTo(ExecutionPolicy.MIN_TTL) < 0) {
            throw new InvalidInput(
                    "policy.ttl: %d ms is longer than the stored media named by the input are kept (another %d ms); store them again"
                            .formatted(policy.ttl().toMillis(), left.toMillis()));
        }
        return new ExecutionPolicy(policy.executionTimeout(), left, policy.lowPriority());
    }

    /** Null if the request has none, or it cannot be used here. */
    private @Nullable String sealed(JsonNode s3Config, JobId id) throws InvalidInput {
        return uploads.isSet()
                ? UploadTarget.parse(s3Config).map(target -> uploads.seal(target, id)).orElse(null)
                : null;
    }

    private String unused(JsonNode s3Config) {
        return uploads.isSet() || s3Config.isMissingNode() || s3Config.isNull()
                ? ""
                : "s3Config is ignored: gateway.upload-secret is not set";
    }

    private static String joined(String first, String second) {
        return first.isEmpty() || second.isEmpty() ? first + second : first + "; " + second;
    }

    private Job job(
            JobId id,
            EndpointConfig endpoint,
            String owner,
            Payload input,
            ExecutionPolicy policy,
            @Nullable String webhook,
            ReplyShape reply,
            @Nullable String hash,
            @Nullable String upload) {
        return new Job(
                        id,
                        endpoint.id(),
                        endpoint.kind(),
                        owner,
                        input,
                        policy,
                        webhook,
                        reply,
                        clock.instant(),
                        0,
                        hash,
                        upload)
                .tracedAs(TraceContext.current())
                .weighing(weightOf(owner));
    }

    @Nullable Integer weightOf(String owner) {
        return turns.weightOf(owner);
    }

    /** A job must not outlive its media, nor its result the media that it consists of. */
    ExecutionPolicy policy(JobId id, EndpointConfig endpoint, JsonNode node) throws InvalidInput {
        ExecutionPolicy policy = ExecutionPolicy.parse(node, endpoint.defaultPolicy());
        Duration kept = media.kept();
        if (policy.ttl().compareTo(kept) > 0) {
            throw new InvalidInput(
                    "policy.ttl: %d ms is longer than media are kept here (kafka.media-retention: %d ms)"
                            .formatted(policy.ttl().toMillis(), kept.toMillis()));
        }
        Duration run =
                policy.executionTimeout().compareTo(policy.ttl()) < 0
                        ? policy.executionTimeout()
                        : policy.ttl();
        if (run.plus(endpoint.retentionOf(id)).compareTo(kept) > 0) {
            throw new InvalidInput(
                    "policy.executionTimeout: %d ms and the result's retention of %d ms together are longer than media are kept here (kafka.media-retention: %d ms)"
                            .formatted(
                                    run.toMillis(),
                                    endpoint.retentionOf(id).toMillis(),
                                    kept.toMillis()));
        }
        return policy;
    }

    static @Nullable String webhook(JsonNode node) throws InvalidInput {
        if (node.isMissingNode()
                || node.isNull()
                || (node.isTextual() && node.textValue().isEmpty())) {
            return null;
        }
        String text = node.isTextual() ? node.textValue() : "";
        if (text.length() > MAX_WEBHOOK_LENGTH || !isHttp(text)) {
            throw new InvalidInput(
                    "webhook: expected an http or https URL of at most "
                            + MAX_WEBHOOK_LENGTH
                            + " characters");
        }
        return text;
    }

    private static boolean isHttp(String text) {
        try {
            URI uri = URI.create(text);
            return HostNames.ofUri(uri).isPresent()
                    && ("http".equalsIgnoreCase(uri.getScheme())
                            || "https".equalsIgnoreCase(uri.getScheme()));
        } catch (IllegalArgumentException notAUri) {
            return false;
        }
    }
}
