package io.heritage.sink.fold;

import io.heritage.schemas.JobId;
import io.heritage.sink.store.ExpiredJob;
import io.heritage.sink.store.JobsByDeadline;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the {@link JobRules} that are due to the jobs of one partition, and queues again those
 * that their queue has dropped. Used by the stream thread that owns the partition.
 */
final class DueJobs {
    private static final Logger LOG = LoggerFactory.getLogger(DueJobs.class);
    private static final int LOOKED_AT_ONCE = 500;

    private final JobRules rules;
    private final JobStore states;
    private final JobTransitions transitions;
    private final LostFromQueue lost;
    private final DividedJobs divided;
    private final Batches batches;
    private final FoldMeters meters;
    private final BiConsumer<JobId, Outgoing> say;

    /**
     * @param say sends what is said to a job under its id
     */
    DueJobs(
            JobRules rules,
            JobStore states,
            JobTransitions transitions,
            LostFromQueue lost,
            DividedJobs divided,
            Batches batches,
            FoldMeters meters,
            BiConsumer<JobId, Outgoing> say) {
        this.rules = rules;
        this.states = states;
        this.transitions = transitions;
        this.lost = lost;
        this.divided = divided;
        this.batches = batches;
        this.meters = meters;
        this.say = say;
    }

    void look(Instant now) {
        for (JobsByDeadline.Due due : states.due(now, LOOKED_AT_ONCE)) {
            try {
                look(due);
            } catch (KafkaException e) {
                throw e;
            } catch (RuntimeException e) { // one unreadable job must not stop the others
                states.dropEntry(due);
                LOG.atError()
                        .setCause(e)
                        .addKeyValue("jobId", due.job())
                        .log("job record unreadable; skipping");
            }
        }
    }

    /** Queues jobs again whose queue record is proved to be gone. */
    void putLostBack(Instant now) {
        lost.find(states.byPlace(), now).forEach(this::putBack);
    }

    private void putBack(JobId id) {
        TrackedJob tracked = states.get(id);
        if (tracked == null || tracked.job() == null || !tracked.isWaitingInQueue()) {
            return;
        }
        LOG.atWarn()
                .addKeyValue("jobId", id)
                .addKeyValue("endpointId", tracked.job().endpoint())
                .log("job dropped by its queue; queued again");
        meters.requeued(tracked.job(), FoldMeters.Back.DROPPED);
        transitions.requeue(tracked, tracked.job());
    }

    private void look(JobsByDeadline.Due due) {
        TrackedJob tracked = states.get(due.job());
        if (tracked == null || !isIndexedAt(tracked, due)) {
            states.dropEntry(due);
        } else {
            step(tracked);
        }
    }

    private static boolean isIndexedAt(TrackedJob tracked, JobsByDeadline.Due due) {
        return tracked.deadline() != null && due.isAt(tracked.deadline());
    }

    private void step(TrackedJob tracked) {
        switch (rules.stepOf(tracked)) {
            case JobRules.Step.Unchanged nothing -> looked(tracked, nothing.until());
            case JobRules.Step.Say news -> {
                say.accept(tracked.id(), Outgoing.event(news.event()));
                news.command().ifPresent(c -> say.accept(tracked.id(), Outgoing.command(c)));
                looked(tracked, news.until());
            }
            case JobRules.Step.Enqueue _ ->
                    transitions.requeue(tracked, Objects.requireNonNull(tracked.job()));
            case JobRules.Step.AskParts ask -> {
                if (tracked.isBatch()) {
                    batches.askAgain(tracked);
                } else {
                    divided.ask(tracked);
                }
                looked(tracked, ask.until());
            }
            case JobRules.Step.Forget _ -> {
                divided.ended(tracked.id());
                batches.forget(tracked.id());
                forget(tracked);
            }
        }
    }

    private void forget(TrackedJob tracked) {
        Optional<ExpiredJob> left = rules.leftOf(tracked);
        if (left.isPresent()) {
            states.remove(tracked, left.get());
        } else {
            states.remove(tracked);
        }
    }

    private void looked(TrackedJob tracked, Instant next) {
        states.putLooked(tracked, tracked, next);
    }
}
