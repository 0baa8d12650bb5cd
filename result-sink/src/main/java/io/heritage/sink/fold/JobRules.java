package io.heritage.sink.fold;

import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobState;
import io.heritage.schemas.JobState.Execution;
import io.heritage.schemas.JobState.Running;
import io.heritage.schemas.JobState.Terminal;
import io.heritage.sink.config.SinkConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a job by time alone (RunPod contract, section 2): time to live, execution
 * time-out, jobs nobody works on, webhooks, and the end of its retention.
 *
 * <p>A job counts as lost only if two things come together: nobody has been heard working on it for
 * {@link SinkConfig#lostAfter()}, and its queue has evidently nothing of it any more, since a
 * worker of the endpoint has been idle all that time or jobs handed in that much later have been
 * begun. Silence alone is no loss: the job may wait its turn behind others, or for a worker to be
 * started.
 */
public final class JobRules {
    /** Events without a submission are dropped after this time. */
    private static final Duration ORPHANS_KEPT = Duration.ofHours(1);

    /** Our own events come back within milliseconds; later they are said again. */
    private static final Duration SAID_AGAIN_AFTER = Duration.ofSeconds(30);

    private static final Duration BUSY_WEBHOOKS = Duration.ofSeconds(1);

    private final SinkConfig config;
    private final Map<EndpointId, EndpointConfig> endpoints;
    private final WorkerRoster workers;
    private final QueueProgress queues;
    private final Clock clock;
    private final Instant watchingSince;

    public JobRules(
            SinkConfig config,
            Map<EndpointId, EndpointConfig> endpoints,
            WorkerRoster workers,
            QueueProgress queues,
            Clock clock) {
        this.config = config;
        this.endpoints = Map.copyOf(endpoints);
        this.workers = workers;
        this.queues = queues;
        this.clock = clock;
        this.watchingSince = clock.instant();
    }

    /** What is to be done with a job now, and when to look at it again. */
    sealed interface Step {
        record Nothing(Instant until) implements Step {}

        /**
         * @param stopWorker tell processors, for somebody may be working on it
         */
        record End(JobEvent event, boolean stopWorker, Instant until) implements Step {}

        record Requeue(Job job) implements Step {}

        record Call() implements Step {}

        record Forget() implements Step {}
    }

    /** The earliest time at which something may be due. */
    Instant nextLook(TrackedJob tracked) {
        Job job = tracked.job();
        if (job == null) {
            return tracked.heardAt().plus(ORPHANS_KEPT);
        }
        if (tracked.state() instanceof Terminal) {
            return tracked.isWebhookPending()
                    ? Objects.requireNonNull(tracked.webhook()).nextAt()
                    : keptUntil(tracked, job);
        }
        Instant first = earlier(job.expiresAt(), tracked.heardAt().plus(config.lostAfter()));
        return tracked.state() instanceof Running running
                ? earlier(first, runsUntil(running, job))
                : first;
    }

    Step stepOf(TrackedJob tracked) {
        Instant now = clock.instant();
        Job job = tracked.job();
        if (job == null) {
            Instant until = nextLook(tracked);
            return until.isAfter(now) ? new Step.Nothing(until) : new Step.Forget();
        }
        return tracked.state() instanceof Terminal
                ? finished(tracked, job, now)
                : unfinished(tracked, job, now);
    }

    /** When a finished job is forgotten. */
    public Instant keptUntil(TrackedJob tracked, Job job) {
        Instant ended = tracked.state() instanceof Terminal t ? t.at() : tracked.heardAt();
        Instant kept = ended.plus(retentionOf(job.id(), job.endpoint()));
        Instant asked = tracked.resultExpiresAt();
        return asked == null ? kept : earlier(kept, asked);
    }

    boolean isExpired(TrackedJob tracked) {
        Job job = tracked.job();
        return tracked.isFinished()
                && job != null
                && !keptUntil(tracked, job).isAfter(clock.instant());
    }

    Instant lookAgainAfterBusyWebhooks() {
        return clock.instant().plus(BUSY_WEBHOOKS);
    }

    private Step finished(TrackedJob tracked, Job job, Instant now) {
        if (tracked.isWebhookPending()) {
            Instant next = Objects.requireNonNull(tracked.webhook()).nextAt();
            return next.isAfter(now) ? new Step.Nothing(next) : new Step.Call();
        }
        Instant until = keptUntil(tracked, job);
        return until.isAfter(now) ? new Step.Nothing(until) : new Step.Forget();
    }

    private Step unfinished(TrackedJob tracked, Job job, Instant now) {
        if (!job.expiresAt().isAfter(now)) {
            return end(new JobEvent.TimedOut(job.id(), now, "job expired"), tracked, now);
        }
        if (tracked.state() instanceof Running r && !runsUntil(r, job).isAfter(now)) {
            return end(failed(job, r.execution(), now, "executionTimeout exceeded"), tracked, now);
        }
        return whetherLost(tracked, job, now);
    }

    private Step whetherLost(TrackedJob tracked, Job job, Instant now) {
        if (workers.isWorkedOn(job.id())) {
            return waitAtMost(tracked, job, now.plus(config.lostAfter()));
        }
        Instant quietSince = later(tracked.heardAt(), watchingSince);
        Instant patience = quietSince.plus(config.lostAfter());
        if (patience.isAfter(now)) {
            return waitAtMost(tracked, job, patience);
        }
        if (!isGoneFromQueue(job, quietSince, now)) {
            return waitAtMost(tracked, job, now.plus(config.lostAfter().dividedBy(4)));
        }
        if (tracked.requeues() < config.lostJobRetries()) {
            return new Step.Requeue(job.requeuedAfter(attemptsOf(tracked)));
        }
        String error = "job timed out after %d retries".formatted(tracked.requeues());
        return end(failed(job, tracked.state().lastExecution(), now, error), tracked, now);
    }

    private boolean isGoneFromQueue(Job job, Instant quietSince, Instant now) {
        Optional<Instant> idle = workers.idleSince(job.endpoint());
        if (idle.isPresent()
                && !later(idle.get(), quietSince).plus(config.lostAfter()).isAfter(now)) {
            return true;
        }
        return queues.upTo(job)
                .filter(begun -> begun.isAfter(quietSince.plus(config.lostAfter())))
                .isPresent();
    }

    private Step waitAtMost(TrackedJob tracked, Job job, Instant until) {
        Instant first = earlier(job.expiresAt(), until);
        return new Step.Nothing(
                tracked.state() instanceof Running r ? earlier(first, runsUntil(r, job)) : first);
    }

    private static Step end(JobEvent event, TrackedJob tracked, Instant now) {
        boolean begun = tracked.state().lastExecution() != null;
        return new Step.End(event, begun, now.plus(SAID_AGAIN_AFTER));
    }

    private static JobEvent.Failed failed(
            Job job, @Nullable Execution last, Instant now, String error) {
        return new JobEvent.Failed(
                job.id(), now, last == null ? 0 : last.attempt(), null, error, null);
    }

    /** Deliveries so far of all queue records of the job, as far as known; at least one each. */
    static int attemptsOf(TrackedJob tracked) {
        Job job = tracked.job();
        Execution last = tracked.state().lastExecution();
        int ofQueueRecords = (job == null ? 0 : job.attemptsBefore()) + tracked.requeues() + 1;
        return Math.max(ofQueueRecords, last == null ? 0 : last.attempt());
    }

    private static Instant runsUntil(Running running, Job job) {
        return running.execution().startedAt().plus(job.policy().executionTimeout());
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

    /** Whether this change of state is the hand-back of a job, which goes to its queue again. */
    static boolean isHandedBack(JobState before, JobState after) {
        return before instanceof Running && after instanceof JobState.Queued;
    }
}
