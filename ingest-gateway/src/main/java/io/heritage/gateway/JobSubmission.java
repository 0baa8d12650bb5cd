package io.heritage.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.gateway.SubmissionReader.Submission;
import io.heritage.http.HostNames;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import io.heritage.transport.log.EventLog;
import io.heritage.transport.log.JobLog;
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
final class JobSubmission {
    private static final int MAX_WEBHOOK_LENGTH = 4096;

    private final MediaStore media;
    private final SubmissionReader reader;
    private final NamedMedia named;
    private final JobLog jobs;
    private final EventLog events;
    private final BodyMemory memory;
    private final Clock clock;

    JobSubmission(
            MediaStore media,
            SubmissionReader reader,
            NamedMedia named,
            JobLog jobs,
            EventLog events,
            BodyMemory memory,
            Clock clock) {
        this.media = media;
        this.reader = reader;
        this.named = named;
        this.memory = memory;
        this.jobs = jobs;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Returns when the job is durable.
     *
     * @throws InvalidInput if the request is wrong; no job exists then
     * @throws io.heritage.transport.media.MediaQuotaReached if other jobs have to end first
     * @throws io.heritage.transport.media.DiskFull if Kafka's disk has no room
     */
    void submit(JobId id, EndpointConfig endpoint, String owner, BodyStream body)
            throws IOException, InvalidInput {
        long mediaBytes = body.mostMediaBytes();
        media.requireRoom(mediaBytes);
        try (BodyMemory.Lease lease = memory.begin(owner)) {
            submit(id, endpoint, reader.read(body, endpoint.kind(), id, mediaBytes, lease), owner);
        }
    }

    private void submit(JobId id, EndpointConfig endpoint, Submission submission, String owner)
            throws IOException, InvalidInput {
        ExecutionPolicy policy = policy(id, endpoint, submission.body().path("policy"));
        String webhook = webhook(submission.body().path("webhook"));
        ReplyShape reply = ReplyShape.parse(submission.body().path("policy"), endpoint.reply());
        Accepted accepted;
        try {
            accepted = accept(id, endpoint, submission, owner, policy);
        } catch (InvalidInput wrong) {
            Payload input = SubmittedMedia.asWritten(submission.input(), submission.media());
            Job rejected = job(id, endpoint, owner, input, policy, webhook, reply);
            events.append(
                    new JobEvent.Rejected(
                            rejected, clock.instant(), String.valueOf(wrong.getMessage())));
            return;
        }
        jobs.submit(job(id, endpoint, owner, accepted.input(), accepted.policy(), webhook, reply));
    }

    /** An input that a worker can begin with. */
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
        endpoint.kind().check(submission.input());
        NamedMedia.Found found = named.find(owner, id, submission.media());
        return new Accepted(
                new Payload(submission.input(), found.media()),
                found.keptUntil().isEmpty()
                        ? policy
                        : within(
                                policy,
                                submission.body().path("policy").hasNonNull("ttl"),
                                found.keptUntil().get()));
    }

    /** Media that were stored before the job are deleted earlier than those that came with it. */
    private ExecutionPolicy within(ExecutionPolicy policy, boolean asked, Instant keptUntil)
            throws InvalidInput {
        Duration left = Duration.between(clock.instant(), keptUntil);
        if (policy.ttl().compareTo(left) <= 0) {
            return policy;
        }
        if (asked || left.compareTo(ExecutionPolicy.MIN_TTL) < 0) {
            throw new InvalidInput(
                    "policy.ttl: %d ms is longer than the media that the input names are kept, which is %d ms more; store them again"
                            .formatted(policy.ttl().toMillis(), left.toMillis()));
        }
        return new ExecutionPolicy(policy.executionTimeout(), left, policy.lowPriority());
    }

    /** Drops the request's {@code s3Config}: nothing behind the gateway sees it. */
    private Job job(
            JobId id,
            EndpointConfig endpoint,
            String owner,
            Payload input,
            ExecutionPolicy policy,
            @Nullable String webhook,
            ReplyShape reply) {
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
                0);
    }

    /** A job does not outlive its media, nor its result those of which it is made. */
    private ExecutionPolicy policy(JobId id, EndpointConfig endpoint, JsonNode node)
            throws InvalidInput {
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
                    "policy.executionTimeout: %d ms and the %d ms that the result is kept are longer than media are kept here (kafka.media-retention: %d ms)"
                            .formatted(
                                    run.toMillis(),
                                    endpoint.retentionOf(id).toMillis(),
                                    kept.toMillis()));
        }
        return policy;
    }

    private static @Nullable String webhook(JsonNode node) throws InvalidInput {
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
