package io.heritage.processor;

import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.transport.ClaimedJob;
import io.heritage.transport.EventLog;
import java.time.Clock;
import java.time.Duration;

/**
 * Whether a claimed job is to be run. The queue delivers at least once, so it is never the queue
 * that says whether a job is finished.
 */
final class Admission {

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

    Admission(Cancellations cancellations, EventLog events, Clock clock) {
        this.cancellations = cancellations;
        this.events = events;
        this.clock = clock;
    }

    Verdict of(ClaimedJob claim) {
        Job job = claim.job();
        if (cancellations.contains(job.id())) {
            return new Verdict.Skip("cancelled");
        }
        if (!clock.instant().isBefore(job.expiresAt())) {
            return new Verdict.Skip("expired");
        }
        if (claim.attempt() > 1 && hasEnded(job)) {
            return new Verdict.Skip("already done");
        }
        if (claim.lastDelivery()) {
            return new Verdict.Fail(
                    "job timed out after %d retries: every attempt ended without an answer, as if the job stopped its worker"
                            .formatted(claim.attempt() - 1));
        }
        return new Verdict.Run();
    }

    private boolean hasEnded(Job job) {
        return events.history(job.id(), job.submittedAt().minus(CLOCK_SKEW)).stream()
                .anyMatch(Admission::isTerminal);
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
                    JobEvent.ResultExpires _ ->
                    false;
        };
    }
}
