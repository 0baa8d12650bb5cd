package io.heritage.sink.fold;

import io.heritage.schemas.Command;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobRecord;
import io.heritage.schemas.JobState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds the jobs of one partition, wakes who waits for them, and ten times a second does what is
 * due. Runs on a stream thread; every step may be repeated after a crash and then changes nothing.
 *
 * <p>What the sink decides itself (time-outs) is written to the log of events and takes effect when
 * it is read back from there, in the order all readers see.
 */
public final class JobProcessor implements Processor<String, Fact, String, Outgoing> {
    private static final Logger LOG = LoggerFactory.getLogger(JobProcessor.class);
    static final Duration LOOKS = Duration.ofMillis(100);
    private static final int LOOKED_AT_ONCE = 500;

    private final JobRules rules;
    private final QueueProgress queues;
    private final Waiters waiters;
    private final WebhookCall webhooks;
    private final List<Duration> webhookPauses;
    private final Clock clock;
    private final Queue<Called> called = new ConcurrentLinkedQueue<>();
    private @Nullable ProcessorContext<String, Outgoing> context;
    private @Nullable JobStore states;

    /**
     * @param endedAt the end of the job that the webhook was told; it may have been retried since
     */
    private record Called(JobId job, Instant endedAt, WebhookCall.Result result) {}

    public JobProcessor(
            JobRules rules,
            QueueProgress queues,
            Waiters waiters,
            WebhookCall webhooks,
            List<Duration> webhookPauses,
            Clock clock) {
        this.rules = rules;
        this.queues = queues;
        this.waiters = waiters;
        this.webhooks = webhooks;
        this.webhookPauses = webhookPauses;
        this.clock = clock;
    }

    @Override
    public void init(ProcessorContext<String, Outgoing> context) {
        this.context = context;
        this.states = new JobStore(context.getStateStore(JobStore.STORE));
        context.schedule(LOOKS, PunctuationType.WALL_CLOCK_TIME, _ -> look());
    }

    @Override
    public void process(Record<String, Fact> record) {
        Fact fact = record.value();
        if (!fact.jobId().value().equals(record.key())) {
            throw new IllegalArgumentException(
                    "record key and job id differ: the message is about another job");
        }
        switch (fact) {
            case Fact.Submitted s -> submitted(s.job());
            case Fact.Happened h -> happened(h.event());
        }
    }

    /** Whoever waits here looks for the job's new owner. */
    @Override
    public void close() {
        waiters.changedAll();
    }

    private void submitted(Job job) {
        TrackedJob before = states().get(job.id());
        if (before == null && job.attemptsBefore() > 0) {
            return; // put back by a sink, and forgotten since: its retention is over
        }
        TrackedJob known = before == null ? unseen(job.id()) : before;
        JobRecord folded = known.record().submitted(job);
        if (!folded.equals(known.record())) {
            folded(known, known.folded(folded, clock.instant()));
        }
    }

    private void happened(JobEvent event) {
        TrackedJob found = states().get(event.jobId());
        if (event instanceof JobEvent.ResultExpires expires) {
            if (found != null) {
                put(found, found.expiring(expires.expiresAt()));
            }
        } else if (event instanceof JobEvent.PartsStreamed streamed) {
            if (found != null) {
                put(found, found.streamed(streamed.attempt(), streamed.parts()));
                waiters.changed(found.id());
            }
        } else {
            folded(found == null ? unseen(event.jobId()) : found, event);
        }
    }

    private void folded(TrackedJob before, JobEvent event) {
        JobRecord record = before.record().apply(event);
        boolean retried = before.isFinished() && !record.state().isTerminal();
        TrackedJob after =
                retried
                        ? before.retried(record, clock.instant())
                        : before.folded(record, clock.instant());
        if (event instanceof JobEvent.PartReady ready
                && after.partsSoFar().ready() > before.partsSoFar().ready()) {
            states().putPart(ready.jobId(), ready.attempt(), ready.index(), ready.part());
        }
        folded(before, after);
        if (retried) {
            forward(after.id(), Outgoing.again(Objects.requireNonNull(after.job())));
        }
        if (event instanceof JobEvent.Purged purged && after.isFinished() && !before.isFinished()) {
            forward(after.id(), Outgoing.command(new Command.Cancel(after.id(), purged.at())));
        }
        if (after.parts() == null && before.parts() != null) {
            states().dropParts(after.id());
        }
    }

    private void folded(TrackedJob before, TrackedJob after) {
        Job job = after.job();
        TrackedJob next = after;
        if (job != null && JobRules.isHandedBack(before.state(), after.state())) {
            forward(job.id(), Outgoing.again(job.requeuedAfter(JobRules.attemptsOf(after))));
        }
        if (job != null && after.state() instanceof JobState.Running) {
            queues.begun(job);
        }
        if (job != null && after.isFinished() && job.webhook() != null && after.webhook() == null) {
            next = after.calling(WebhookState.pending(clock.instant()));
        }
        put(before, next);
        waiters.changed(next.id());
    }

    private void put(TrackedJob before, TrackedJob after) {
        states().put(before, after, rules.nextLook(after));
    }

    private void look() {
        for (Called call = called.poll(); call != null; call = called.poll()) {
            wasCalled(call);
        }
        for (JobStore.Due due : states().due(clock.instant(), LOOKED_AT_ONCE)) {
            try {
                look(due);
            } catch (KafkaException e) {
                throw e;
            } catch (RuntimeException e) { // one unreadable job must not stop the others
                states().dropEntry(due);
                LOG.atError()
                        .setCause(e)
                        .addKeyValue("jobId", due.job())
                        .log("job cannot be looked after any more");
            }
        }
    }

    private void look(JobStore.Due due) {
        TrackedJob tracked = states().get(due.job());
        if (tracked == null || !isIndexedAt(tracked, due)) {
            states().dropEntry(due);
        } else {
            step(tracked);
        }
    }

    private static boolean isIndexedAt(TrackedJob tracked, JobStore.Due due) {
        return tracked.deadline() != null
                && JobStore.indexKey(tracked.deadline(), tracked.id()).equals(due.key());
    }

    private void step(TrackedJob tracked) {
        switch (rules.stepOf(tracked)) {
            case JobRules.Step.Nothing nothing -> looked(tracked, nothing.until());
            case JobRules.Step.End end -> {
                forward(tracked.id(), Outgoing.event(end.event()));
                if (end.stopWorker()) {
                    var cancel = new Command.Cancel(tracked.id(), clock.instant());
                    forward(tracked.id(), Outgoing.command(cancel));
                }
                looked(tracked, end.until());
            }
            case JobRules.Step.Requeue requeue -> {
                LOG.atWarn()
                        .addKeyValue("jobId", tracked.id())
                        .addKeyValue("endpointId", requeue.job().endpoint())
                        .addKeyValue("requeues", tracked.requeues() + 1)
                        .log("lost job put back into its queue");
                forward(tracked.id(), Outgoing.again(requeue.job()));
                TrackedJob again = tracked.requeued(clock.instant());
                states().putLooked(tracked, again, rules.nextLook(again));
            }
            case JobRules.Step.Call _ -> call(tracked);
            case JobRules.Step.Forget _ -> states().remove(tracked);
        }
    }

    /** The attempt is looked at again once it must be over, should its outcome never come. */
    private void call(TrackedJob tracked) {
        Instant endedAt = ((JobState.Terminal) tracked.state()).at();
        Duration atMost =
                webhooks.begin(tracked, r -> called.add(new Called(tracked.id(), endedAt, r)));
        looked(
                tracked,
                atMost.isZero()
                        ? rules.lookAgainAfterBusyWebhooks()
                        : clock.instant().plus(atMost));
    }

    private void wasCalled(Called call) {
        TrackedJob tracked = states().get(call.job());
        if (tracked == null || !tracked.isWebhookPending() || !tracked.endedAt(call.endedAt())) {
            return;
        }
        WebhookState before = Objects.requireNonNull(tracked.webhook());
        WebhookState after = before.after(call.result(), clock.instant(), webhookPauses);
        LOG.atInfo()
                .addKeyValue("jobId", tracked.id())
                .addKeyValue("attempt", after.attempts())
                .addKeyValue("outcome", after.outcome())
                .addKeyValue("detail", after.detail())
                .log("webhook called");
        TrackedJob next = tracked.calling(after);
        states().putLooked(tracked, next, rules.nextLook(next));
    }

    private void looked(TrackedJob tracked, Instant next) {
        states().putLooked(tracked, tracked, next);
    }

    private void forward(JobId job, Outgoing outgoing) {
        Objects.requireNonNull(context)
                .forward(new Record<>(job.value(), outgoing, clock.millis()));
    }

    private TrackedJob unseen(JobId id) {
        return TrackedJob.unseen(id, clock.instant());
    }

    private JobStore states() {
        return Objects.requireNonNull(states);
    }
}
