package io.heritage.sink.fold;

import io.heritage.schemas.JobId;
import io.heritage.schemas.JobState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;

/**
 * Calls the webhooks of the jobs of one partition, when they are due. Used by the stream thread
 * that owns it; outcomes come from others.
 */
final class WebhookCalls {
    private final JobStore states;
    private final WebhookCall webhooks;
    private final WebhookResends resends;
    private final List<Duration> pauses;
    private final FoldMeters meters;
    private final Clock clock;
    private final PendingWebhooks pending = new PendingWebhooks();
    private final Queue<Called> called = new ConcurrentLinkedQueue<>();

    /**
     * @param endedAt the end of the job that the webhook was told; it may have been retried since
     */
    private record Called(JobId job, Instant endedAt, WebhookCall.Result result) {}

    /**
     * @param pauses between attempts
     */
    WebhookCalls(
            JobStore states,
            WebhookCall webhooks,
            WebhookResends resends,
            List<Duration> pauses,
            FoldMeters meters,
            Clock clock) {
        this.states = states;
        this.webhooks = webhooks;
        this.resends = resends;
        this.pauses = pauses;
        this.meters = meters;
        this.clock = clock;
        for (JobId job : states.webhooksPending()) {
            TrackedJob tracked = states.get(job);
            if (tracked != null) {
                await(tracked);
            }
        }
    }

    /** Schedules the job's webhook, if it has one to be called. */
    void await(TrackedJob tracked) {
        if (tracked.job() != null && tracked.isWebhookPending()) {
            pending.add(tracked.job(), Objects.requireNonNull(tracked.webhook()).nextAt());
        }
    }

    /**
     * @param put stores a job: as it was, as it is
     */
    void look(Instant now, BiConsumer<TrackedJob, TrackedJob> put) {
        for (Called call = called.poll(); call != null; call = called.poll()) {
            wasCalled(call, put);
        }
        resends.all().forEach(id -> callAgain(id, put));
        pending.begin(now, this::call);
    }

    /** Calls a webhook once more, if its job is here. */
    private void callAgain(JobId id, BiConsumer<TrackedJob, TrackedJob> put) {
        TrackedJob tracked = states.get(id);
        if (tracked == null) {
            return;
        }
        resends.done(id);
        WebhookState webhook = tracked.webhook();
        if (tracked.isFinished() && webhook != null && !tracked.isWebhookPending()) {
            TrackedJob next = tracked.calling(webhook.again(clock.instant()));
            put.accept(tracked, next);
            await(next);
        }
    }

    /** False if it has to wait; true also for one that need not be called any more. */
    private boolean call(JobId id) {
        TrackedJob tracked = states.get(id);
        if (tracked == null
                || !tracked.isWebhookPending()
                || !(tracked.state() instanceof JobState.Terminal ended)) {
            return true;
        }
        return webhooks.begin(tracked, r -> called.add(new Called(id, ended.at(), r)));
    }

    private void wasCalled(Called call, BiConsumer<TrackedJob, TrackedJob> put) {
        TrackedJob tracked = states.get(call.job());
        if (tracked == null || !tracked.isWebhookPending() || !tracked.endedAt(call.endedAt())) {
            return;
        }
        WebhookState before = Objects.requireNonNull(tracked.webhook());
        WebhookState after = before.after(call.result(), clock.instant(), pauses);
        meters.called(tracked, after);
        TrackedJob next = tracked.calling(after);
        put.accept(tracked, next);
        await(next);
    }
}
