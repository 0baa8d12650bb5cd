package io.heritage.sink.fold;

import io.heritage.schemas.Command;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobState;
import io.heritage.schemas.WorkerId;
import java.time.Clock;
import java.time.Instant;
import java.util.function.BiConsumer;

/**
 * Tells workers to stop a job that is not, or no longer, theirs. Used by the stream thread that
 * owns the partition.
 */
final class StopOrders {
    private final BiConsumer<JobId, Outgoing> say;
    private final Clock clock;

    /**
     * @param say sends what is said to a job under its id
     */
    StopOrders(BiConsumer<JobId, Outgoing> say, Clock clock) {
        this.say = say;
        this.clock = clock;
    }

    void follow(TrackedJob before, JobEvent event, TrackedJob after) {
        if (event instanceof JobEvent.Started started) {
            stopOthers(before, started, after);
        }
        if (event instanceof JobEvent.Purged purged && after.isFinished() && !before.isFinished()) {
            say.accept(after.id(), Outgoing.command(new Command.Cancel(after.id(), purged.at())));
        }
    }

    /** A start event shows whether a worker has a job that is not, or no longer, its own. */
    private void stopOthers(TrackedJob before, JobEvent.Started started, TrackedJob after) {
        Instant now = clock.instant();
        JobId job = started.jobId();
        if (before.isFinished() && after.isFinished()) {
            say.accept(job, Outgoing.command(new Command.Cancel(job, now)));
        } else if (before.record().isStale(started)) {
            stop(job, now, started.attempt(), started.worker());
        } else if (before.state() instanceof JobState.Running running
                && !after.isSameAttempt(before)) {
            JobState.Execution replaced = running.execution();
            boolean sameAgain =
                    replaced.attempt() == started.attempt()
                            && replaced.worker().equals(started.worker());
            if (!sameAgain) {
                stop(job, now, replaced.attempt(), replaced.worker());
            }
        }
    }

    private void stop(JobId job, Instant now, int attempt, WorkerId worker) {
        say.accept(job, Outgoing.command(new Command.Stop(job, now, attempt, worker)));
    }
}
