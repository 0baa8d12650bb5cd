package io.heritage.sink.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.EndpointId;
import io.heritage.sink.fold.FoldProgress;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.WorkerPresence;
import io.heritage.sink.store.JobCounters;
import io.heritage.transport.log.Controls;
import io.heritage.transport.queue.QueueWindows;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.state.HostInfo;

/** The numbers of {@code /health} (docs/spec/runpod.md, section 1.8). */
public final class EndpointHealth {
    private final JobDirectory directory;
    private final SinkPeers peers;
    private final WorkerPresence workers;
    private final KafkaProbe kafka;
    private final QueueWindows windows;
    private final FoldProgress progress;
    private final Controls controls;
    private final Duration foldedWithin;

    /**
     * @param foldedWithin how long counters wait for jobs that were acknowledged earlier
     */
    public EndpointHealth(
            JobDirectory directory,
            SinkPeers peers,
            WorkerPresence workers,
            KafkaProbe kafka,
            QueueWindows windows,
            FoldProgress progress,
            Controls controls,
            Duration foldedWithin) {
        this.controls = controls;
        this.foldedWithin = foldedWithin;
        this.directory = directory;
        this.windows = windows;
        this.progress = progress;
        this.peers = peers;
        this.workers = workers;
        this.kafka = kafka;
    }

    /**
     * @throws JobDirectory.NotServing as long as no jobs can be taken or followed
     */
    ObjectNode of(EndpointId endpoint) throws JobDirectory.NotServing, InterruptedException {
        if (!directory.isServing()) {
            throw new JobDirectory.NotServing(
                    "the fold of job states is starting, restoring, moving or stuck");
        }
        if (!kafka.isReachable()) {
            throw new JobDirectory.NotServing("Kafka or a topic cannot be reached");
        }
        ObjectNode health = json(jobs(endpoint), workers.counts(endpoint));
        Pauses.mark(controls, endpoint, health);
        return health;
    }

    /** Counts of this sink alone; as a rule they include every job acknowledged before the call. */
    JobCounters counters(EndpointId endpoint) throws JobDirectory.NotServing, InterruptedException {
        progress.await(windows.ends(windows.topics(List.of(endpoint))), foldedWithin);
        return directory.counters(endpoint);
    }

    /** Jobs that wait, over all sinks. */
    long waiting(EndpointId endpoint) throws JobDirectory.NotServing, InterruptedException {
        return jobs(endpoint).inQueue();
    }

    private JobCounters jobs(EndpointId endpoint)
            throws JobDirectory.NotServing, InterruptedException {
        JobCounters sum = counters(endpoint);
        for (HostInfo peer : directory.peers()) {
            try {
                sum = sum.plus(peers.counters(peer, endpoint));
            } catch (IOException e) {
                throw new JobDirectory.NotServing("another sink does not answer: " + peer);
            }
        }
        return sum;
    }

    private static ObjectNode json(JobCounters jobs, WorkerPresence.Counts workers) {
        ObjectNode health = JsonNodeFactory.instance.objectNode();
        health.putObject("jobs")
                .put("completed", jobs.completed())
                .put("failed", jobs.failed())
                .put("inProgress", jobs.inProgress())
                .put("inQueue", jobs.inQueue())
                .put("retried", jobs.retried());
        health.putObject("workers")
                .put("idle", workers.idle())
                .put("initializing", workers.initializing())
                .put("ready", workers.ready())
                .put("running", workers.running())
                .put("throttled", workers.throttled())
                .put("unhealthy", workers.unhealthy());
        return health;
    }
}
