package io.heritage.sink.http;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobState;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.JobDirectory.Found;
import io.heritage.sink.fold.JobDirectory.NotServing;
import io.heritage.sink.fold.TrackedJob;
import io.heritage.transport.log.EventLog;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Cancels what an owner has waiting at an endpoint (docs/spec/runpod.md, section 1.8). Whether a
 * job still waits is decided by the log: one that is begun meanwhile goes on.
 */
public final class QueuePurge {
    /** Less than a gateway waits for an answer; clients of long queues wait longer than others. */
    static final Duration FOLDED_WITHIN = Duration.ofSeconds(9);

    private final JobDirectory directory;
    private final SinkPeers peers;
    private final EventLog events;
    private final Clock clock;

    public QueuePurge(JobDirectory directory, SinkPeers peers, EventLog events, Clock clock) {
        this.directory = directory;
        this.peers = peers;
        this.events = events;
        this.clock = clock;
    }

    /**
     * @return how many were cancelled
     */
    int everywhere(EndpointId endpoint, String owner) throws NotServing, InterruptedException {
        int removed = here(endpoint, owner);
        for (HostInfo peer : directory.peers()) {
            try {
                removed += peers.purge(peer, endpoint, owner);
            } catch (IOException e) {
                throw new NotServing("another sink does not answer: " + peer);
            }
        }
        return removed;
    }

    /** The jobs of this sink only. */
    int here(EndpointId endpoint, String owner) throws NotServing, InterruptedException {
        List<JobId> waiting = directory.queued(endpoint, owner);
        waiting.forEach(job -> events.post(new JobEvent.Purged(job, clock.instant())));
        long until = System.nanoTime() + FOLDED_WITHIN.toNanos();
        int removed = 0;
        for (JobId job : waiting) {
            Duration left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
            Found found =
                    directory.await(job, left, now -> !(now.state() instanceof JobState.Queued));
            if (found instanceof Found.Here(TrackedJob now)
                    && now.state() instanceof JobState.Cancelled) {
                removed++;
            }
        }
        return removed;
    }
}
