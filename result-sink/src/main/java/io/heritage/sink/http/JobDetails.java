package io.heritage.sink.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobState;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.sink.fold.JobDirectory.NotServing;
import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.reply.Answer;
import io.heritage.sink.reply.OutputFile;
import io.heritage.sink.reply.OutputLinks;
import io.heritage.transport.log.EventLog;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code /requests/JOB}: all facts about one job, without the bytes of its media. Its history is
 * read from the log of events; no other store keeps it. Any thread.
 */
final class JobDetails {
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
    private static final Duration TURN_WITHIN = Duration.ofSeconds(3);
    private static final int LARGEST_JSON = 64 << 10;

    /** Most histories read at once; each reads a partition of the log. */
    private static final int AT_ONCE = 2;

    private final JobLookup lookup;
    private final EventLog events;
    private final Outlook outlook;
    private final String linkBase;
    private final Clock clock;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    /**
     * @param linkBase see {@link OutputLinks}
     */
    JobDetails(JobLookup lookup, EventLog events, Outlook outlook, String linkBase, Clock clock) {
        this.lookup = lookup;
        this.events = events;
        this.outlook = outlook;
        this.linkBase = linkBase;
        this.clock = clock;
    }

    Answer answer(JobQuestion question) throws Exception {
        return lookup.now(question, job -> new Answer.Json(of(job)));
    }

    private ObjectNode of(TrackedJob tracked) throws NotServing, InterruptedException {
        Job job = Objects.requireNonNull(tracked.job());
        ObjectNode details = JobSummary.of(tracked, clock.instant());
        String error = JobSummary.errorOf(tracked.state());
        if (!error.isEmpty()) {
            details.put("error", error);
        }
        details.put("endpoint", job.endpoint().value());
        details.set("input", described(job.input(), null));
        details.putObject("policy")
                .put("executionTimeout", job.policy().executionTimeout().toMillis())
                .put("ttl", job.policy().ttl().toMillis())
                .put("lowPriority", job.policy().lowPriority())
                .put("reply", job.reply().wireName());
        switch (tracked.state()) {
            case JobState.Completed completed ->
                    details.set(
                            "output",
                            described(completed.output(), new OutputLinks(linkBase, job)));
            case JobState.Failed failed when failed.told() != null ->
                    details.set("output", failed.told());
            case JobState.Queued _,
                    JobState.Running _,
                    JobState.Failed _,
                    JobState.Cancelled _,
                    JobState.TimedOut _ -> {}
        }
        outlook.of(tracked).ifPresent(found -> details.set("outlook", found));
        tracked.webhookLog().ifPresent(log -> details.set("webhook", log));
        history(job).addTo(details);
        return details;
    }

    private JobHistory history(Job job) throws NotServing, InterruptedException {
        if (!turns.tryAcquire(TURN_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new NotServing("too many job histories are being read, try again");
        }
        try {
            return JobHistory.of(events.history(job.id(), job.submittedAt().minus(CLOCK_SKEW)));
        } finally {
            turns.release();
        }
    }

    /**
     * Each piece of media as facts about it.
     *
     * @param links where they can be had; null if they cannot
     */
    private static JsonNode described(Payload payload, @Nullable OutputLinks links) {
        JsonNode body = described(payload.body(), payload, links);
        return body.isMissingNode() || body.toString().length() <= LARGEST_JSON
                ? body
                : JsonNodeFactory.instance.textNode("too large to be shown");
    }

    private static JsonNode described(JsonNode node, Payload payload, @Nullable OutputLinks links) {
        OptionalInt index = Payload.mediaIndex(node);
        if (index.isPresent()
                && index.getAsInt() >= 0
                && index.getAsInt() < payload.media().size()) {
            MediaRef ref = payload.media().get(index.getAsInt());
            ObjectNode facts = new OutputFile(ref).describe();
            if (links != null) {
                facts.put("url", links.file(index.getAsInt()));
            }
            return facts;
        }
        if (node.isObject()) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            node.properties()
                    .forEach(f -> copy.set(f.getKey(), described(f.getValue(), payload, links)));
            return copy;
        }
        if (node.isArray()) {
            var copy = JsonNodeFactory.instance.arrayNode();
            node.forEach(element -> copy.add(described(element, payload, links)));
            return copy;
        }
        return node;
    }
}
