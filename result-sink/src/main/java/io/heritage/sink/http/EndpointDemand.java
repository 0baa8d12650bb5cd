package io.heritage.sink.http;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.sink.fold.FoldMeters;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.QueueStarts;
import io.heritage.sink.fold.WorkerPresence;
import io.heritage.sink.queue.QueueWaits;
import io.heritage.sink.scale.Demand;
import io.heritage.sink.scale.DemandReader;
import io.heritage.sink.scale.QueueMeters;
import io.heritage.sink.store.JobCounters;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.log.Controls;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.streams.state.HostInfo;

/**
 * The waiting and running work of an endpoint, over all sinks: each folds a part of the jobs. Any
 * thread.
 */
public final class EndpointDemand implements DemandReader, QueueMeters.Jobs {
    private final JobDirectory directory;
    private final SinkPeers peers;
    private final WorkerPresence workers;
    private final QueueStarts queues;
    private final FoldMeters meters;
    private final Controls controls;
    private final int partitions;
    private final Clock clock;

    /**
     * @param partitions of the fold
     */
    public EndpointDemand(
            JobDirectory directory,
            SinkPeers peers,
            WorkerPresence workers,
            QueueStarts queues,
            FoldMeters meters,
            Controls controls,
            int partitions,
            Clock clock) {
        this.controls = controls;
        this.directory = directory;
        this.peers = peers;
        this.workers = workers;
        this.queues = queues;
        this.meters = meters;
        this.partitions = partitions;
        this.clock = clock;
    }

    @Override
    public Demand of(EndpointId endpoint, Duration patience, int atMost)
            throws JobDirectory.NotServing, InterruptedException {
        if (!directory.isServing()) {
            throw new JobDirectory.NotServing(
                    "the fold of job states is starting, restoring, moving or stuck");
        }
        JobCounters jobs = directory.counters(endpoint);
        QueueWaits waits = here(endpoint, patience, atMost);
        for (HostInfo peer : directory.peers()) {
            try {
                jobs = jobs.plus(peers.counters(peer, endpoint));
                waits = waits.plus(peers.waits(peer, endpoint, patience, atMost));
            } catch (IOException e) {
                throw new JobDirectory.NotServing("another sink does not answer: " + peer);
            }
        }
        WorkerPresence.Counts present = workers.counts(endpoint);
        boolean paused = controls.pausedSince(endpoint).isPresent();
        return new Demand(
                paused ? 0 : jobs.inQueue(), // a paused endpoint needs no workers
                jobs.inProgress(),
                paused ? 0 : waits.longer(),
                Duration.ofMillis(waits.oldestMillis()),
                present.idle() + present.initializing() + present.running(),
                workers.deadBeforeReady(endpoint),
                meters.meanExecution(endpoint));
    }

    /** Waiting times of this sink's jobs. */
    QueueWaits here(EndpointId endpoint, Duration patience, int atMost)
            throws JobDirectory.NotServing {
        Instant now = clock.instant();
        return directory.waits(
                topics(Topics.everyQueue(List.of(endpoint)).asMatchPredicate()),
                partitions,
                now,
                now.minus(patience),
                atMost);
    }

    @Override
    public JobCounters counters(EndpointId endpoint) throws JobDirectory.NotServing {
        return directory.counters(endpoint);
    }

    @Override
    public Optional<Duration> meanExecution(EndpointId endpoint) {
        return controls.pausedSince(endpoint).isPresent()
                ? Optional.empty()
                : meters.meanExecution(endpoint);
    }

    @Override
    public Duration oldest(EndpointId endpoint, Lane lane) throws JobDirectory.NotServing {
        String name = Topics.jobs(endpoint, lane);
        Instant now = clock.instant();
        return Duration.ofMillis(
                directory
                        .waits(
                                topics(topic -> topic.equals(name) || topic.startsWith(name + ".")),
                                partitions,
                                now,
                                Instant.MIN,
                                1)
                        .oldestMillis());
    }

    private Collection<String> topics(Predicate<String> ours) {
        return queues.topics().stream().filter(ours).toList();
    }
}
