package io.heritage.sink.fold;

import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.sink.queue.QueuePlace;
import java.time.Clock;
import java.util.function.BiConsumer;

/**
 * Writes jobs into the queues, where {@link QueueReader} reads them again. Used by the stream
 * thread that owns the partition.
 */
final class QueueWriter {
    private final int laneShards;
    private final boolean lanesShared;
    private final BiConsumer<JobId, Outgoing> say;
    private final Clock clock;

    /**
     * @param laneShards of each lane that jobs are queued in again
     * @param lanesShared whether jobs that clients want wait for their owner's turn
     * @param say sends what is said to a job under its id
     */
    QueueWriter(int laneShards, boolean lanesShared, BiConsumer<JobId, Outgoing> say, Clock clock) {
        this.laneShards = laneShards;
        this.lanesShared = lanesShared;
        this.say = say;
        this.clock = clock;
    }

    /** For a submission or retry of a client, which waits for its owner's turn in shared lanes. */
    void enqueueNew(Job job) {
        if (lanesShared) {
            say.accept(job.id(), Outgoing.waiting(job));
        } else {
            enqueue(job);
        }
    }

    /** Queues the job again and returns it as written. */
    TrackedJob requeue(TrackedJob tracked, Job job) {
        Job again = job.requeuedAfter(job.attemptsUpTo(tracked.record().attempts()));
        enqueue(again);
        return tracked.requeued(again, clock.instant());
    }

    /** Writes a job into its lane, because its owner's turn has come. */
    void turn(Job job, QueuePlace waited) {
        int shard = (int) (waited.offset() % laneShards); // one after the other
        say.accept(job.id(), Outgoing.turn(job, shard));
    }

    private void enqueue(Job job) {
        say.accept(job.id(), Outgoing.again(job, laneShards));
    }
}
