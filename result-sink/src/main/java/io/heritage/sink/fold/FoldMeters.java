package io.heritage.sink.fold;

import io.heritage.observe.Meters;
import io.heritage.observe.Metric;
import io.heritage.observe.trace.TraceContext;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records job metrics in RunPod's terms. Events that are folded again after a crash are counted
 * again. Any thread.
 */
public final class FoldMeters {
    private static final Logger LOG = LoggerFactory.getLogger(FoldMeters.class);

    /** Weight of the latest job in the mean time of execution. */
    private static final double WEIGHT = 0.1;

    private final Meters meters;
    private final Map<EndpointId, Double> meanSeconds = new ConcurrentHashMap<>();

    public FoldMeters(Meters meters) {
        this.meters = meters;
    }

    /** Mean run time of an endpoint's recent jobs; empty before the first completed one. */
    public Optional<Duration> meanExecution(EndpointId endpoint) {
        return Optional.ofNullable(meanSeconds.get(endpoint))
                .map(seconds -> Duration.ofNanos(Math.round(seconds * 1e9)));
    }

    /** An event changed a job, or came too late to. */
    void happened(TrackedJob before, JobEvent event, TrackedJob after) {
        Job job = after.job();
        if (job == null) {
            return;
        }
        if (after.record().lateEvents() > before.record().lateEvents()
                && before.state().isTerminal()
                && isEnd(event)) {
            meters.count(Metric.JOBS_DUPLICATE_TERMINAL, job.endpoint().value());
        }
        if (event instanceof JobEvent.Abandoned
                && before.state() instanceof JobState.Running
                && after.state() instanceof JobState.Queued) {
            requeued(job, Back.ABANDONED);
        }
        if (after.record().retries() > before.record().retries()) {
            meters.count(Metric.JOB_RETRIES, job.endpoint().value());
        }
    }

    private static boolean isEnd(JobEvent event) {
        return event instanceof JobEvent.Completed
                || event instanceof JobEvent.Failed
                || event instanceof JobEvent.TimedOut
                || event instanceof JobEvent.Rejected;
    }

    /** A job may have ended. */
    void settled(TrackedJob before, TrackedJob after) {
        Job job = after.job();
        if (job == null || job.isBatch() || before.isFinished() || !after.isFinished()) {
            return;
        }
        String endpoint = job.endpoint().value();
        String lane = job.policy().lane().wireName();
        meters.count(Metric.JOBS, endpoint, lane, after.state().status());
        after.record()
                .delay()
                .ifPresent(delay -> meters.time(Metric.JOB_DELAY, delay, endpoint, lane));
        after.record()
                .execution(Instant.EPOCH)
                .ifPresent(time -> meters.time(Metric.JOB_EXECUTION, time, endpoint, lane));
        boolean isWhole = job.part() == null && !before.record().isDivided();
        if (isWhole && after.state() instanceof JobState.Completed) {
            after.record()
                    .execution(Instant.EPOCH)
                    .ifPresent(time -> learn(job.endpoint(), time.toNanos() / 1e9));
        }
    }

    private void learn(EndpointId endpoint, double seconds) {
        meanSeconds.merge(endpoint, seconds, (mean, latest) -> mean + WEIGHT * (latest - mean));
    }

    /** Why a job goes back into its queue. */
    enum Back {
        HANDED_BACK,
        ABANDONED,
        DROPPED
    }

    void requeued(Job job, Back why) {
        meters.count(
                Metric.JOBS_REQUEUED, job.endpoint().value(), why.name().toLowerCase(Locale.ROOT));
    }

    void called(TrackedJob tracked, WebhookState after) {
        Job job = tracked.job();
        try (var _ = TraceContext.enter(job == null ? null : job.traceparent())) {
            LOG.atInfo()
                    .addKeyValue("jobId", tracked.id())
                    .addKeyValue("attempt", after.attempts())
                    .addKeyValue("outcome", after.outcome())
                    .addKeyValue("detail", after.detail())
                    .log("webhook called");
        }
        meters.count(Metric.WEBHOOK, after.outcome().name().toLowerCase(Locale.ROOT));
    }
}
