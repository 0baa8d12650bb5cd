package io.heritage.processor.job;

import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.transport.log.EventLog;
import io.heritage.transport.queue.ClaimedJob;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * Whether a claimed job is to be run. The queue delivers at least once, so it is never the queue
 * that says whether a job is finished.
 */
public final class Admission {

    /** Events are found by time, and machines' clocks differ. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    /** What to do with a claimed job. */
    sealed interface Verdict {
        record Run() implements Verdict {}

        /** Somebody else has reported or will report how the job ended. */
        record Skip(String reason) implements Verdict {}

        record Fail(String error) implements Verdict {}
    }

    private final Cancellations cancellations;
    private final EventLog events;
    private final Clock clock;

    public Admission(Cancellations cancellations, EventLog events, Clock clock) {
        this.cancellations = cancellations;
        this.events = events;
        this.clock = clock;
    }

    Verdict of(ClaimedJob claim) {
        Job job = claim.job();
        if (cancellations.contains(job)) {
            return new Verdict.Skip("cancelled");
        }
        if (!clock.instant().isBefore(job.expiresAt())) {
            return new Verdict.Skip("expired");
        }
        return claim.attempt() == 1 ? new Verdict.Run() : again(claim);
    }

    /**
     * A job that comes once more: a delivery may be spent without the job ever having been begun (a
     * busy worker gives back what it had fetched), so at the last one it counts whether it was
     * begun before.
     */
    private Verdict again(ClaimedJob claim) {
        Job job = claim.job();
        List<JobEvent> past =
                sinceRetried(events.history(job.id(), job.submittedAt().minus(CLOCK_SKEW)));
        if (past.stream().anyMatch(Admission::isTerminal)) {
            return new Verdict.Skip("already done");
        }
        long unfinished =
                count(past, JobEvent.Started.class) - count(past, JobEvent.HandedBack.class);
        return claim.lastDelivery() && unfinished > 0
                ? new Verdict.Fail(
                        "job timed out after %d retries: it was begun, and its worker never came to an end with it"
                                .formatted(unfinished))
                : new Verdict.Run();
    }

    /** Without what is still said of attempts that were over by then: as the sink folds them. */
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
            case JobEvent.Started _,
                    JobEvent.Progress _,
                    JobEvent.PartReady _,
                    JobEvent.HandedBack _,
                    JobEvent.Purged _, // a cancellation tells if it was one
                    JobEvent.Retried _,
                    JobEvent.ResultExpires _,
                    JobEvent.PartsStreamed _ ->
                    false;
        };
    }
}
