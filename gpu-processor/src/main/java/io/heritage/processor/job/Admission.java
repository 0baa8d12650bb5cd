package io.heritage.processor.job;

import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobRecord;
import io.heritage.schemas.JobState;
import io.heritage.transport.log.EventLog;
import io.heritage.transport.queue.ClaimedJob;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Decides whether a claimed job must be run. The queue delivers at least once, so the event log
 * says whether a job is finished, not the queue.
 */
public final class Admission {

    /**
     * Allowance for clock differences of machines: events are read from that much earlier, and a
     * job counts as expired that much later. The sink ends it in time, by its own clock.
     */
    static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    /** What to do with a claimed job. */
    sealed interface Verdict {
        /**
         * @param attempt its number, higher than that of any attempt known to have begun
         */
        record Run(int attempt) implements Verdict {}

        /** Another worker or the sink reports the end of the job. */
        record Skip(String reason) implements Verdict {}

        /**
         * @param attempt as of {@link Run}
         */
        record Fail(int attempt, String error) implements Verdict {}
    }

    private final Cancellations cancellations;
    private final EventLog events;
    private final int startLimit;
    private final Map<String, Long> older;
    private final Clock clock;

    /**
     * @param startLimit a job that was started so often and never finished is failed
     * @param older by topic, the offset before which records lay when this worker joined its queues
     */
    public Admission(
            Cancellations cancellations,
            EventLog events,
            int startLimit,
            Map<String, Long> older,
            Clock clock) {
        this.cancellations = cancellations;
        this.events = events;
        this.startLimit = startLimit;
        this.older = Map.copyOf(older);
        this.clock = clock;
    }

    Verdict of(ClaimedJob claim) {
        Job job = claim.job();
        if (cancellations.contains(job)) {
            return new Verdict.Skip("cancelled");
        }
        if (!clock.instant().isBefore(job.expiresAt().plus(CLOCK_SKEW))) {
            return new Verdict.Skip("expired");
        }
        if (claim.attempt() == 1 && !mayHaveBeenBegun(claim)) {
            return cancellations.isPurged(claim) ? new Verdict.Skip("purged") : new Verdict.Run(1);
        }
        return again(claim);
    }

    /**
     * Whether no worker has had this record. A worker that runs the job then got it through another
     * record.
     */
    private boolean isFirstDelivery(ClaimedJob claim) {
        return claim.attempt() == claim.job().attemptsBefore() + 1 && !mayHaveBeenBegun(claim);
    }

    /**
     * A broker counts deliveries in memory, and starts at 1 again if it stops together with a
     * worker. So the count means nothing for a record from before this worker joined.
     */
    private boolean mayHaveBeenBegun(ClaimedJob claim) {
        return claim.offset() < older.getOrDefault(claim.topic(), 0L);
    }

    /**
     * Whether to run a job that may have been delivered before. Deliveries do not tell: busy
     * workers give jobs back, and brokers forget counts. Starts do: a job that was started and
     * neither ended nor was handed back has stopped its worker.
     */
    private Verdict again(ClaimedJob claim) {
        Job job = claim.job();
        List<JobEvent> all =
                ofThisJob(job, events.history(job.id(), job.submittedAt().minus(CLOCK_SKEW)));
        JobRecord folded = folded(claim, all);
        if (folded.state() instanceof JobState.Cancelled) {
            return new Verdict.Skip("purged");
        }
        if (folded.isDivided()) {
            return new Verdict.Skip("divided");
        }
        if (folded.state() instanceof JobState.Running && isFirstDelivery(claim)) {
            return new Verdict.Skip("runs by another record of it");
        }
        List<JobEvent> past = sinceRetried(all);
        if (past.stream().anyMatch(Admission::isTerminal)) {
            return new Verdict.Skip("already done");
        }
        long starts = count(past, JobEvent.Started.class);
        int attempt = Math.max(claim.attempt(), 1 + lastAttempt(all));
        return starts - count(past, JobEvent.HandedBack.class) < startLimit
                ? new Verdict.Run(attempt)
                : new Verdict.Fail(attempt, JobRecord.lostAfter(starts - 1));
    }

    /** Leaves out events of an earlier, removed job with the same Idempotency-Key. */
    private static List<JobEvent> ofThisJob(Job job, List<JobEvent> all) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i) instanceof JobEvent.Submitted first
                    && first.job().submittedAt().equals(job.submittedAt())) {
                return all.subList(i, all.size());
            }
        }
        return all;
    }

    private static int lastAttempt(List<JobEvent> past) {
        return past.stream()
                .mapToInt(event -> event instanceof JobEvent.Started s ? s.attempt() : 0)
                .max()
                .orElse(0);
    }

    /**
     * Folds events as the sink does: a purge may have covered the job, or an attempt divided it.
     */
    private static JobRecord folded(ClaimedJob claim, List<JobEvent> past) {
        JobRecord record = JobRecord.unseen(claim.job().id()).submitted(claim.job());
        for (JobEvent event : past) {
            if (!(event instanceof JobEvent.QueuePurged purge)) {
                record = record.apply(event);
            } else if (purge.covers(claim.job(), claim.topic(), claim.offset())) {
                record = record.apply(purge.of(claim.job().id()));
            }
        }
        return record;
    }

    /** Leaves out events of attempts that had ended when the job was retried, as the sink does. */
    private static List<JobEvent> sinceRetried(List<JobEvent> events) {
        for (int i = events.size() - 1; i >= 0; i--) {
            if (events.get(i) instanceof JobEvent.Retried retried) {
                return events.subList(i, events.size()).stream()
                        .filter(event -> !retried.leavesBehind(event))
                        .toList();
            }
        }
        return events;
    }

    private static long count(List<JobEvent> events, Class<? extends JobEvent> type) {
        return events.stream().filter(type::isInstance).count();
    }

    private static boolean isTerminal(JobEvent event) {
        return switch (event) {
            case JobEvent.Rejected _,
                    JobEvent.Completed _,
                    JobEvent.Failed _,
                    JobEvent.Cancelled _,
                    JobEvent.TimedOut _ ->
                    true;
            case JobEvent.Submitted _, // one with an error is never queued
                    JobEvent.Started _,
                    JobEvent.Progress _,
                    JobEvent.PartReady _,
                    JobEvent.Divided _, // the fold tells whether it still is
                    JobEvent.PartMoved _,
                    JobEvent.BatchMoved _,
                    JobEvent.HandedBack _,
                    JobEvent.Abandoned _,
                    JobEvent.Purged _, // a cancellation tells if it was one
                    JobEvent.QueuePurged _,
                    JobEvent.Retried _,
                    JobEvent.ResultExpires _,
                    JobEvent.PartsStreamed _ ->
                    false;
        };
    }
}
