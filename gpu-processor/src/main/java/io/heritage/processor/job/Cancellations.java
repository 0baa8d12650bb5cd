package io.heritage.processor.job;

import io.heritage.schemas.Command;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.log.CommandBus;
import io.heritage.transport.log.Subscription;
import io.heritage.transport.queue.ClaimedJob;
import io.heritage.transport.queue.QueueWindows;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Jobs that clients cancelled within the last day, also before this processor was started, and
 * purges that may still cover a queued job.
 */
public final class Cancellations implements AutoCloseable {
    private static final Duration REMEMBERED = Duration.ofHours(24);
    private static final int PRUNE_EVERY = 1000;

    private final Map<JobId, Instant> cancelled = new ConcurrentHashMap<>();
    private final Map<JobId, Command.Stop> stopped = new ConcurrentHashMap<>();
    private final PurgedOffsets purges;
    private final Clock clock;
    private final Subscription subscription;
    private int sinceLastPruning;

    private Cancellations(CommandBus commands, QueueWindows windows, Clock clock) {
        this.purges = new PurgedOffsets(windows);
        this.clock = clock;
        this.subscription = commands.subscribe(REMEMBERED, this::hear);
    }

    /** Returns once past cancellations are known. */
    public static Cancellations follow(CommandBus commands, QueueWindows windows, Clock clock) {
        return new Cancellations(commands, windows, clock);
    }

    /**
     * A cancellation from before the client retried the job was for an earlier attempt. One from
     * long before a job with an Idempotency-Key was for the earlier job with that key.
     */
    boolean contains(Job job) {
        Instant at = cancelled.get(job.id());
        if (at == null) {
            return false;
        }
        if (job.attemptsBefore() > 0) {
            return !at.isBefore(job.submittedAt());
        }
        return job.bodyHash() == null
                || !at.isBefore(job.submittedAt().minus(Admission.CLOCK_SKEW));
    }

    /** Whether a job that has not begun waited when its owner purged the queue. */
    boolean isPurged(ClaimedJob claim) {
        return purges.cover(claim);
    }

    /** Whether another attempt has replaced this one. */
    boolean isStopped(JobId job, int attempt, WorkerId worker) {
        Command.Stop stop = stopped.get(job);
        return stop != null && stop.attempt() == attempt && stop.worker().equals(worker);
    }

    private void hear(Command command) {
        switch (command) {
            case Command.Cancel cancel -> cancelled.put(cancel.jobId(), cancel.at());
            case Command.Purge purge -> purges.add(purge.event());
            case Command.Stop stop -> stopped.put(stop.jobId(), stop);
        }
        if (++sinceLastPruning >= PRUNE_EVERY) {
            sinceLastPruning = 0;
            Instant oldest = clock.instant().minus(REMEMBERED);
            cancelled.values().removeIf(at -> at.isBefore(oldest));
            stopped.values().removeIf(stop -> stop.at().isBefore(oldest));
        }
    }

    @Override
    public void close() {
        subscription.close();
    }
}
