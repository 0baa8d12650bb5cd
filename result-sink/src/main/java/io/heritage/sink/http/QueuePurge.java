package io.heritage.sink.http;

import io.heritage.schemas.Command;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.JobDirectory.NotServing;
import io.heritage.transport.log.CommandBus;
import io.heritage.transport.log.EventLog;
import io.heritage.transport.queue.QueueWindows;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Cancels an owner's waiting jobs at an endpoint (docs/spec/runpod.md, section 1.8): all that were
 * acknowledged before the call. The log decides whether a job still waits: a job that has begun by
 * then continues. One event and one command suffice for any number of jobs.
 */
public final class QueuePurge {
    private static final Duration ASKED_EVERY = Duration.ofMillis(20);

    private final JobDirectory directory;
    private final SinkPeers peers;
    private final QueueWindows windows;
    private final EventLog events;
    private final CommandBus commands;
    private final int partitions;
    private final Duration foldedWithin;
    private final Clock clock;

    /**
     * @param partitions of the fold
     * @param foldedWithin how long to wait until all partitions have finished
     */
    public QueuePurge(
            JobDirectory directory,
            SinkPeers peers,
            QueueWindows windows,
            EventLog events,
            CommandBus commands,
            int partitions,
            Duration foldedWithin,
            Clock clock) {
        this.directory = directory;
        this.peers = peers;
        this.windows = windows;
        this.events = events;
        this.commands = commands;
        this.partitions = partitions;
        this.foldedWithin = foldedWithin;
        this.clock = clock;
    }

    /**
     * @return how many were cancelled
     * @throws NotServing if not all sinks have confirmed in time; the jobs are purged nonetheless
     */
    long everywhere(EndpointId endpoint, String owner) throws NotServing, InterruptedException {
        var purge =
                new JobEvent.QueuePurged(
                        JobId.forPurge(clock),
                        clock.instant(),
                        endpoint,
                        owner,
                        windows.ends(windows.topics(List.of(endpoint))));
        events.appendEverywhere(purge); // first: it decides what the command means to a job
        commands.broadcast(new Command.Purge(purge));
        long until = System.nanoTime() + foldedWithin.toNanos();
        var removed = new HashMap<>(here(purge.jobId()));
        while (removed.size() < partitions) {
            if (System.nanoTime() > until) {
                throw new NotServing("the queue is being purged; not all sinks have finished");
            }
            Thread.sleep(ASKED_EVERY);
            removed.putAll(here(purge.jobId()));
            if (removed.size() < partitions) {
                askPeers(endpoint, purge.jobId(), removed);
            }
        }
        return removed.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Purged jobs of this sink alone, by partition, where the purge is complete. */
    Map<Integer, Long> here(JobId purge) throws NotServing {
        return directory.purged(purge, partitions);
    }

    /** A sink that does not answer may be gone: its partitions then move to others. */
    private void askPeers(EndpointId endpoint, JobId purge, Map<Integer, Long> removed)
            throws NotServing, InterruptedException {
        for (HostInfo peer : directory.peers()) {
            try {
                removed.putAll(peers.purged(peer, endpoint, purge));
            } catch (IOException e) {
                continue;
            }
        }
    }
}
