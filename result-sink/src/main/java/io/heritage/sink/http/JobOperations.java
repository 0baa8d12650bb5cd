package io.heritage.sink.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.schemas.Batch;
import io.heritage.schemas.Command;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobState;
import io.heritage.schemas.SinkApi;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.JobDirectory.NotServing;
import io.heritage.sink.fold.JobRules;
import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.fold.WebhookResends;
import io.heritage.sink.reply.Answer;
import io.heritage.sink.reply.JobReply;
import io.heritage.transport.log.CommandBus;
import io.heritage.transport.log.EventLog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** {@code /status}, {@code /cancel}, {@code /retry} and {@code /webhook} of one job. Any thread. */
final class JobOperations {
    private final JobLookup lookup;
    private final JobDirectory directory;
    private final JobRules rules;
    private final EventLog events;
    private final CommandBus commands;
    private final WebhookResends resends;
    private final Outlook outlook;
    private final String linkBase;
    private final Duration foldedWithin;
    private final Clock clock;

    /**
     * @param foldedWithin how long an answer waits for what it has written to the log
     */
    JobOperations(
            JobLookup lookup,
            JobDirectory directory,
            JobRules rules,
            EventLog events,
            CommandBus commands,
            WebhookResends resends,
            Outlook outlook,
            String linkBase,
            Duration foldedWithin,
            Clock clock) {
        this.lookup = lookup;
        this.directory = directory;
        this.rules = rules;
        this.events = events;
        this.commands = commands;
        this.resends = resends;
        this.outlook = outlook;
        this.linkBase = linkBase;
        this.foldedWithin = foldedWithin;
        this.clock = clock;
    }

    /**
     * The job once it is finished, or as it stands after the wait.
     *
     * @param ttl after which the result expires, if not earlier (docs/spec/runpod.md, section 1.5);
     *     ignored for a batch
     */
    Answer status(JobQuestion question, Optional<Duration> ttl) throws Exception {
        return lookup.find(
                question,
                question.left(),
                TrackedJob::isFinished,
                job -> {
                    expire(job, ttl);
                    return new Answer.Reply(
                            question.owner(),
                            JobReply.status(job.record(), clock.instant(), linkBase, beside(job)));
                });
    }

    /** Fields beyond the job's own record: progress of a batch's jobs, or the job's outlook. */
    private Map<String, JsonNode> beside(TrackedJob tracked)
            throws NotServing, InterruptedException {
        Job job = Objects.requireNonNull(tracked.job());
        if (job.batch() instanceof Batch.Whole(int jobs)) {
            return Map.of("output", directory.batch(job.id(), jobs).told(job.id()));
        }
        return outlook.of(tracked)
                .<Map<String, JsonNode>>map(told -> Map.of("outlook", told))
                .orElseGet(Map::of);
    }

    /** If several requests have the job's id, the one that comes first in the log made it. */
    Answer submission(JobQuestion question) throws Exception {
        return lookup.find(
                question,
                question.left(),
                TrackedJob::isPlaced,
                job ->
                        new Answer.Json(
                                JsonNodeFactory.instance
                                        .objectNode()
                                        .put(
                                                SinkApi.BODY,
                                                Objects.requireNonNull(job.job()).bodyHash())));
    }

    private void expire(TrackedJob tracked, Optional<Duration> ttl) {
        Job job = Objects.requireNonNull(tracked.job());
        if (ttl.isEmpty() || !tracked.isFinished() || tracked.isBatch()) {
            return; // a batch is known as long as its jobs, which answer for its id
        }
        Instant now = clock.instant();
        Instant asked = now.plus(ttl.get());
        if (asked.isBefore(rules.keptUntil(tracked, job))) {
            events.append(new JobEvent.ResultExpires(job.id(), now, asked));
        }
    }

    /**
     * The log decides: what ended first, the cancellation or the job itself, is answered. An answer
     * that the next one would contradict is not given: as long as the fold has not come so far,
     * 503.
     */
    Answer cancel(JobQuestion question) throws Exception {
        return lookup.now(
                question,
                job -> job.isFinished() ? state(job.id(), job) : cancelUnfinished(question));
    }

    private Answer cancelUnfinished(JobQuestion question) throws Exception {
        Instant now = clock.instant();
        events.append(new JobEvent.Cancelled(question.id(), now));
        commands.broadcast(new Command.Cancel(question.id(), now));
        return lookup.find(
                question,
                foldedWithin,
                TrackedJob::isFinished,
                job ->
                        job.isFinished()
                                ? state(job.id(), job)
                                : new Answer.Unavailable(
                                        "the cancellation is recorded, but what came first is not known yet; try again"));
    }

    /** docs/spec/runpod.md, section 1.8; 503 as for {@link #cancel}. */
    Answer retry(JobQuestion question) throws Exception {
        return lookup.now(
                question,
                job ->
                        switch (job.state()) {
                            case JobState _ when job.isBatch() ->
                                    throw new BadRequest(
                                            "a batch is not run again; retry those of its jobs that failed");
                            case JobState.Failed failed -> again(question, job, failed);
                            case JobState.TimedOut timedOut -> again(question, job, timedOut);
                            case JobState.Queued _,
                                    JobState.Running _,
                                    JobState.Completed _,
                                    JobState.Cancelled _ ->
                                    throw new BadRequest(
                                            "only a job that FAILED or TIMED_OUT can be retried, this one is "
                                                    + job.state().status());
                        });
    }

    private Answer again(JobQuestion question, TrackedJob job, JobState.Terminal end)
            throws Exception {
        Instant endedAt = end.at();
        events.append(
                new JobEvent.Retried(
                        question.id(), clock.instant(), endedAt, job.record().attempts()));
        return lookup.find(
                question,
                foldedWithin,
                now -> !now.endedAt(endedAt),
                now ->
                        now.endedAt(endedAt)
                                ? new Answer.Unavailable(
                                        "the retry is recorded, but does not show yet; ask for the status")
                                : state(question.id(), "IN_QUEUE"));
    }

    /** Calls the webhook of a finished job again. */
    Answer callAgain(JobQuestion question) throws Exception {
        return lookup.now(
                question,
                job -> {
                    if (job.webhookLog().isEmpty()) {
                        throw new BadRequest("the job has no webhook, or has not ended yet");
                    }
                    return resends.want(question.id())
                            ? state(question.id(), job)
                            : new Answer.Unavailable("too many repeated webhook calls are waiting");
                });
    }

    private static Answer state(JobId id, TrackedJob job) {
        return state(id, job.state().status());
    }

    private static Answer state(JobId id, String status) {
        return new Answer.Json(
                JsonNodeFactory.instance.objectNode().put("id", id.value()).put("status", status));
    }
}
