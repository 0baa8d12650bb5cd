package io.heritage.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.gateway.SubmissionReader.Submission;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Payload;
import io.heritage.transport.log.EventLog;
import io.heritage.transport.log.JobLog;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Makes a job of a request's body ({@code /run} and {@code /runsync}, RunPod contract section 1.2).
 * A wrong policy or webhook is the request's fault and refused; a wrong input is the job's, which
 * then fails at once with the reason and enters no queue.
 */
final class JobSubmission {
    private static final int MAX_WEBHOOK_LENGTH = 4096;

    private final SubmissionReader reader;
    private final JobLog jobs;
    private final EventLog events;
    private final Clock clock;

    JobSubmission(SubmissionReader reader, JobLog jobs, EventLog events, Clock clock) {
        this.reader = reader;
        this.jobs = jobs;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Returns when the job can no longer be lost.
     *
     * @throws InvalidInput if the request is wrong; no job exists then
     */
    void submit(JobId id, EndpointConfig endpoint, String owner, InputStream body)
            throws IOException, InvalidInput {
        Submission submission = reader.read(body, endpoint.kind(), id);
        Job job = job(id, endpoint, owner, submission);
        try {
            endpoint.kind().check(submission.input());
        } catch (InvalidInput wrong) {
            events.append(
                    new JobEvent.Rejected(
                            job, clock.instant(), String.valueOf(wrong.getMessage())));
            return;
        }
        jobs.submit(job);
    }

    /** The request's {@code s3Config} ends here: nothing behind the gateway sees it. */
    private Job job(JobId id, EndpointConfig endpoint, String owner, Submission submission)
            throws InvalidInput {
        return new Job(
                id,
                endpoint.id(),
                endpoint.kind(),
                owner,
                new Payload(submission.input(), submission.media()),
                ExecutionPolicy.parse(submission.body().path("policy"), endpoint.defaultPolicy()),
                webhook(submission.body().path("webhook")),
                endpoint.reply(),
                clock.instant(),
                0);
    }

    private static @Nullable String webhook(JsonNode node) throws InvalidInput {
        if (node.isMissingNode() || node.isNull() || node.asText(" ").isEmpty()) {
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
            return uri.getHost() != null
                    && ("http".equalsIgnoreCase(uri.getScheme())
                            || "https".equalsIgnoreCase(uri.getScheme()));
        } catch (IllegalArgumentException notAUri) {
            return false;
        }
    }
}
