package io.heritage.sink.fold;

import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.sink.queue.QueuePlace;
import io.heritage.sink.queue.Turns;
import io.heritage.transport.kafka.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The turns of the jobs of one partition that wait in lanes which owners share, by its {@link
 * Turns.Seat}. Used by the stream thread that owns the partition.
 */
final class PartitionTurns {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionTurns.class);

    /** The most that clocks of machines differ; see docs/reliability.md, Clocks. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private final Turns.Seat seat;
    private final JobStore states;
    private final QueueWriter queues;
    private final Instant openedAt;

    /**
     * Places where jobs that now wait in their lane waited for their turn; as many as lanes have
     * room for.
     */
    private final Map<JobId, QueuePlace> hadTurns = new LinkedHashMap<>();

    /**
     * @param openedAt when the partition was opened
     */
    PartitionTurns(Turns.Seat seat, JobStore states, QueueWriter queues, Instant openedAt) {
        this.seat = seat;
        this.states = states;
        this.queues = queues;
        this.openedAt = openedAt;
    }

    /** A job that waited for its turn was read from its lane, where it is about to wait. */
    void hadItsTurn(JobId job, QueuePlace waited, QueuePlace now) {
        hadTurns.put(job, waited);
        seat.arrives(now);
    }

    /** A job waits in its queue. */
    void waits(TrackedJob tracked, Job job, QueuePlace place) {
        if (Topics.isWaiting(place.topic())) {
            hadTurns.remove(tracked.id());
            seat.weighs(place, job.owner(), job.weight());
            seat.waits(place, job.owner());
        }
    }

    /** The job does not wait in its queue any more. */
    void waitsNoMore(JobId job) {
        hadTurns.remove(job);
    }

    /** Earlier waiting places of jobs that now wait in their lane. */
    Map<JobId, QueuePlace> hadTurns() {
        return Map.copyOf(hadTurns);
    }

    /** Writes the jobs whose turn has come into their lanes. */
    void take() {
        for (QueuePlace place : seat.take()) {
            try {
                turn(place);
            } catch (KafkaException e) {
                throw e;
            } catch (RuntimeException e) { // one unreadable job must not stop the others
                seat.left(place);
                LOG.atError()
                        .setCause(e)
                        .addKeyValue("topic", place.topic())
                        .addKeyValue("offset", place.offset())
                        .log("job record unreadable; skipping");
            }
        }
    }

    /** Writes a job into its lane; it keeps its waiting place until it is read from the lane. */
    private void turn(QueuePlace place) {
        TrackedJob tracked = states.byPlace().at(place).map(id -> states.get(id)).orElse(null);
        Job job = tracked == null ? null : tracked.job();
        if (tracked == null
                || job == null
                || !tracked.isWaitingInQueue()
                || !place.equals(tracked.place())) {
            seat.left(place);
            return;
        }
        seat.weighs(place, job.owner(), job.weight());
        Job turn =
                isFirstTurn(tracked, job)
                        ? job
                        : job.requeuedAfter(job.attemptsUpTo(tracked.record().attempts()));
        queues.turn(turn, place);
    }

    /**
     * Whether no other sink, nor this one before a crash, can have given the job its turn, for it
     * came in since, whatever clocks say. Then there is one record for workers, and they need not
     * look for another attempt.
     */
    private boolean isFirstTurn(TrackedJob tracked, Job job) {
        return tracked.record().attempts() == 0
                && job.submittedAt().isAfter(openedAt.plus(CLOCK_SKEW));
    }
}
