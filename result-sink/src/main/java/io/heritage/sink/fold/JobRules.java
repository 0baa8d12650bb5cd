package io.heritage.sink.fold;

import io.heritage.schemas.Batch;
import io.heritage.schemas.Command;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.ErrorCode;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobRecord;
import io.heritage.schemas.JobState;
import io.heritage.schemas.JobState.Execution;
import io.heritage.schemas.JobState.Running;
import io.heritage.schemas.JobState.Terminal;
import io.heritage.sink.config.SinkConfig;
import io.heritage.sink.queue.QueuePlace;
import io.heritage.sink.store.ExpiredJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Changes of a job that time alone causes (docs/spec/runpod.md, section 2): time to live, execution
 * time-out, attempts whose worker is gone, and the end of its retention. All times are counted by
 * this sink's clock from events that it has seen itself.
 *
 * <p>Nothing is lost by inference. An attempt is given up when no worker has said for {@link
 * SinkConfig#lostAfter()} that it works on the job, and nothing was heard of it; the job then waits
 * in its queue, which delivers it again. Whether a queue has nothing of a job any more is told by
 * {@link QueueStarts}, see {@link LostFromQueue}. A job fails for its workers only once {@link
 * SinkConfig#lostJobRetries()} and one of them have started it and stopped before finishing: one
 * that never began does not fail.
 */
public final class JobRules {
    /** Events without a submission are dropped after this time. */
    private static final Duration ORPHANS_KEPT = Duration.ofHours(1);

    /** Our own events are read back within milliseconds; after this time they are sent again. */
    private static final Duration SAID_AGAIN_AFTER = Duration.ofSeconds(30);

    /**
     * A queue record comes back as soon; each one that does not doubles the time, for the fold of
     * the queue may be behind.
     */
    private static final Duration ENQUEUED_AGAIN_AFTER = Duration.ofMinutes(5);

    private static final int MOST_DOUBLED = 8;

    /** A finished job whose webhook is still to be called, or whose queue record is still there. */
    private static final Duration KEPT_LONGER = Duration.ofMinutes(10);

    /** How long a removed job is remembered as expired. */
    static final Duration EXPIRED_KNOWN = Duration.ofDays(1);

    private final SinkConfig config;
    private final Map<EndpointId, EndpointConfig> endpoints;
    private final WorkerPresence workers;
    private final QueueStarts queues;
    private final Clock clock;
    private final Instant watchingSince;

    public JobRules(
            SinkConfig config,
            Map<EndpointId, EndpointConfig> endpoints,
            WorkerPresence workers,
            QueueStarts queues,
            Clock clock) {
        this.config = config;
        this.endpoints = Map.copyOf(endpoints);
        this.workers = workers;
        this.queues = queues;
        this.clock = clock;
        this.watchingSince = clock.instant();
    }

    /** What to do with a job now, and when to check it again. */
    sealed interface Step {
        record Unchanged(Instant until) implements Step {}

        /** Write it to the log, and tell processors to stop. */
        record Say(JobEvent event, Optional<Command> command, Instant until) implements Step {}

        /** Write its queue record once more: the one before was not seen in its queue. */
        record Enqueue() implements Step {}

        /** Its parts, or the jobs of a batch, may have to be asked where they stand. */
        record AskParts(Instant until) implements Step {}

        record Forget() implements Step {}
    }

    /** The earliest time at which something may be due. */
    Instant nextLook(TrackedJob tracked) {
        Job job = tracked.job();
        if (job == null) {
            return tracked.heardAt().plus(ORPHANS_KEPT);
        }
        if (tracked.state() instanceof Terminal) {
            Instant kept = keptUntil(tracked, job);
            return tracked.isBatch() ? earlier(kept, askedAgainAt(tracked)) : kept;
        }
        if (isGivenUp(tracked)) {
            return tracked.heardAt();
        }
        Instant ttl = livesUntil(tracked, job);
        if (tracked.record().isDivided()) {
            return earlier(ttl, askedAgainAt(tracked));
        }
        if (tracked.state() instanceof Running) {
            return earlier(
                    earlier(ttl, runsUntil(tracked, job)),
                    tracked.heardAt().plus(config.lostAfter()));
        }
        return tracked.place() == null ? earlier(ttl, enqueuedAgainAt(tracked)) : ttl;
    }

    private Instant askedAgainAt(TrackedJob tracked) {
        return DividedJobs.nextAsked(tracked.inStateSince(), clock.instant());
    }

    Step stepOf(TrackedJob tracked) {
        Instant now = clock.instant();
        Job job = tracked.job();
        if (job == null) {
            Instant until = nextLook(tracked);
            return until.isAfter(now) ? new Step.Unchanged(until) : new Step.Forget();
        }
        return tracked.state() instanceof Terminal
                ? finished(tracked, job, now)
                : unfinished(tracked, job, now);
    }

    /** When a finished job is forgotten. */
    public Instant keptUntil(TrackedJob tracked, Job job) {
        Instant kept =
                job.part() == null
                        ? tracked.inStateSince().plus(retentionOf(job.id(), job.endpoint()))
                        : livesUntil(tracked, job); // its parent may ask for it so long
        Instant asked = tracked.resultExpiresAt();
        return asked == null ? kept : earlier(kept, asked);
    }

    boolean isExpired(TrackedJob tracked) {
        Job job = tracked.job();
        return tracked.isFinished()
                && job != null
                && !keptUntil(tracked, job).isAfter(clock.instant());
    }

    /** The remainder of a job that is removed; empty for one that was never submitted. */
    Optional<ExpiredJob> leftOf(TrackedJob tracked) {
        return Optional.ofNullable(tracked.job())
                .filter(job -> job.part() == null)
                .map(job -> {
                    Instant at = keptUntil(tracked, job);
                    Instant day = clock.instant().plus(EXPIRED_KNOWN);
                    Instant known =
                            job.batch() instanceof Batch.Member
                                    ? later(day, job.expiresAt()) // its batch asks so long
                                    : day;
                    return ExpiredJob.of(job, tracked.state().status(), at, known);
                });
    }

    /** Whether nothing more can come of it, so that another one may have its id. */
    boolean isOver(TrackedJob tracked) {
        return tracked.isFinished() && !mayStillBeDelivered(tracked);
    }

    private Step finished(TrackedJob tracked, Job job, Instant now) {
        Instant until = keptUntil(tracked, job);
        if (until.isAfter(now)) {
            return tracked.isBatch()
                    ? new Step.AskParts(nextLook(tracked))
                    : new Step.Unchanged(until);
        }
        return tracked.isWebhookPending() || mayStillBeDelivered(tracked)
                ? new Step.Unchanged(now.plus(KEPT_LONGER))
                : new Step.Forget();
    }

    /** As long as this holds, a worker that starts it anyway must be told that it has ended. */
    private boolean mayStillBeDelivered(TrackedJob tracked) {
        QueuePlace place = tracked.place();
        return place != null
                && !(tracked.state() instanceof JobState.Completed)
                && queues.startOf(place.topic()) <= place.offset();
    }

    private Step unfinished(TrackedJob tracked, Job job, Instant now) {
        if (!livesUntil(tracked, job).isAfter(now)) {
            return end(new JobEvent.TimedOut(job.id(), now, "job expired"), tracked, now);
        }
        if (isGivenUp(tracked)) {
            String error = JobRecord.lostAfter(tracked.record().retries());
            return end(failed(tracked, now, error, ErrorCode.WORKER_LOST), tracked, now);
        }
        if (tracked.record().isDivided()) {
            return new Step.AskParts(nextLook(tracked));
        }
        if (!(tracked.state() instanceof Running running)) {
            return waiting(tracked, livesUntil(tracked, job), now);
        }
        return runsUntil(tracked, job).isAfter(now)
                ? whetherAbandoned(tracked, running.execution(), now)
                : end(
                        failed(
                                tracked,
                                now,
                                "executionTimeout exceeded",
                                ErrorCode.EXECUTION_TIMEOUT),
                        tracked,
                        now);
    }

    private Step waiting(TrackedJob tracked, Instant ttl, Instant now) {
        if (tracked.place() != null) {
            return new Step.Unchanged(ttl);
        }
        Instant again = enqueuedAgainAt(tracked);
        return again.isAfter(now) ? new Step.Unchanged(earlier(again, ttl)) : new Step.Enqueue();
    }

    private Instant enqueuedAgainAt(TrackedJob tracked) {
        int before = Objects.requireNonNull(tracked.job()).recordsBefore();
        return later(tracked.heardAt(), watchingSince)
                .plus(ENQUEUED_AGAIN_AFTER.multipliedBy(1L << Math.min(before, MOST_DOUBLED)));
    }

    private boolean isGivenUp(TrackedJob tracked) {
        return tracked.record().unfinishedStarts() > config.lostJobRetries();
    }

    private Step whetherAbandoned(TrackedJob tracked, Execution running, Instant now) {
        Instant sign = later(tracked.heardAt(), watchingSince);
        Instant last = workers.lastWorkedOn(tracked.id()).map(at -> later(at, sign)).orElse(sign);
        Instant patience = last.plus(config.lostAfter());
        if (patience.isAfter(now)) {
            Job job = Objects.requireNonNull(tracked.job());
            return new Step.Unchanged(
                    earlier(patience, earlier(livesUntil(tracked, job), runsUntil(tracked, job))));
        }
        return new Step.Say(
                new JobEvent.Abandoned(tracked.id(), now, running.attempt(), running.worker()),
                Optional.of(
                        new Command.Stop(tracked.id(), now, running.attempt(), running.worker())),
                now.plus(SAID_AGAIN_AFTER));
    }

    private static Step end(JobEvent event, TrackedJob tracked, Instant now) {
        boolean begun = tracked.state().lastExecution() != null;
        Optional<Command> cancel =
                begun ? Optional.of(new Command.Cancel(tracked.id(), now)) : Optional.empty();
        return new Step.Say(event, cancel, now.plus(SAID_AGAIN_AFTER));
    }

    private static JobEvent.Failed failed(
            TrackedJob tracked, Instant now, String error, ErrorCode code) {
        return new JobEvent.Failed(
                tracked.id(), now, tracked.attempt(), null, error, code.output());
    }

    private static Instant livesUntil(TrackedJob tracked, Job job) {
        return tracked.seenAt() == null
                ? job.expiresAt()
                : tracked.seenAt().plus(job.policy().ttl());
    }

    private static Instant runsUntil(TrackedJob tracked, Job job) {
        return tracked.inStateSince().plus(job.policy().executionTimeout());
    }

    private Duration retentionOf(JobId id, EndpointId endpoint) {
        EndpointConfig known = endpoints.get(endpoint);
        return known == null ? Duration.ofHours(1) : known.retentionOf(id);
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
