package io.heritage.gateway.submit;

import io.heritage.gateway.call.KeyRing;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Lane;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.log.EventListener;
import io.heritage.transport.log.JobLog;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides in shared lanes whether a job goes into its lane at once or waits for its owner's turn.
 * It goes at once if, by the log of events, the previous job that its owner submitted here has
 * begun or ended. So an owner that runs one job after the other never waits for the sink. Holds the
 * latest job of each owner and lane. Any thread.
 */
public final class OwnerTurns implements EventListener {
    private final JobLog jobs;
    private final KeyRing keys;
    private final Map<Line, JobId> latest = new HashMap<>();
    private final Map<JobId, Line> lines = new HashMap<>();
    private boolean behind = true;

    /** The jobs of an owner in a lane. */
    private record Line(EndpointId endpoint, Lane lane, String owner) {
        static Line of(Job job) {
            return new Line(job.endpoint(), job.policy().lane(), job.owner());
        }
    }

    public OwnerTurns(JobLog jobs, KeyRing keys) {
        this.jobs = jobs;
        this.keys = keys;
    }

    /** Null for 1, or if lanes are not shared. */
    @Nullable Integer weightOf(String owner) {
        int weight = jobs.areLanesShared() ? keys.weightOf(owner) : 1;
        return weight == 1 ? null : weight;
    }

    /** As {@link JobLog#submit}. */
    void submit(Job job) {
        if (!jobs.areLanesShared() || !keys.hasSeveralOwners()) {
            jobs.submit(job);
            return;
        }
        boolean waits = isBehindAnother(job);
        try {
            if (waits) {
                jobs.submitWaiting(job);
            } else {
                jobs.submit(job);
            }
        } catch (TransportUnavailable e) {
            over(job.id());
            throw e;
        }
    }

    /** Called before the job is sent, because it may begin before that returns. */
    private synchronized boolean isBehindAnother(Job job) {
        if (behind) {
            return true;
        }
        Line line = Line.of(job);
        lines.put(job.id(), line);
        JobId before = latest.put(line, job.id());
        if (before == null) {
            return false;
        }
        lines.remove(before);
        return true;
    }

    private synchronized void over(JobId job) {
        Line line = lines.remove(job);
        if (line != null) {
            latest.remove(line, job);
        }
    }

    private synchronized boolean isKnown(JobId job) {
        return lines.containsKey(job);
    }

    @Override
    public void heard(JobId job, int bytes, Supplier<JobEvent> event) {
        if (JobId.isPurge(job.value())) {
            if (event.get() instanceof JobEvent.QueuePurged purged) {
                purge(purged);
            }
        } else if (isKnown(job) && endsTheWait(event.get())) {
            over(job);
        }
    }

    private synchronized void purge(JobEvent.QueuePurged purged) {
        lines.values()
                .removeIf(line ->
                        line.owner().equals(purged.owner())
                                && line.endpoint().equals(purged.endpoint()));
        latest.values().retainAll(lines.keySet());
    }

    private static boolean endsTheWait(JobEvent event) {
        return switch (event) {
            case JobEvent.Started _,
                    JobEvent.Rejected _,
                    JobEvent.Completed _,
                    JobEvent.Failed _,
                    JobEvent.Cancelled _,
                    JobEvent.Purged _,
                    JobEvent.TimedOut _ ->
                    true;
            case JobEvent.Submitted _,
                    JobEvent.Progress _,
                    JobEvent.PartReady _,
                    JobEvent.HandedBack _,
                    JobEvent.Abandoned _,
                    JobEvent.QueuePurged _,
                    JobEvent.Retried _,
                    JobEvent.ResultExpires _,
                    JobEvent.PartsStreamed _,
                    JobEvent.Divided _,
                    JobEvent.PartMoved _,
                    JobEvent.BatchMoved _ ->
                    false;
        };
    }

    /** Starts may have been missed: the sink decides until the log is followed again. */
    @Override
    public synchronized void behind(boolean isBehind) {
        behind = isBehind;
        latest.clear();
        lines.clear();
    }
}
