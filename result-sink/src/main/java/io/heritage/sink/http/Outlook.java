package io.heritage.sink.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobState;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.JobDirectory.NotServing;
import io.heritage.sink.fold.QueuePlace;
import io.heritage.sink.fold.RunTimes;
import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.fold.WorkerPresence;
import io.heritage.transport.log.Controls;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Where a waiting job stands in its queue, and how long it may wait, or a running one run, going by
 * those before. Any thread.
 */
public final class Outlook {
    private final JobDirectory directory;
    private final SinkPeers peers;
    private final WorkerPresence workers;
    private final RunTimes times;
    private final Controls controls;
    private final int partitions;
    private final Clock clock;

    /**
     * @param partitions of the fold
     */
    public Outlook(
            JobDirectory directory,
            SinkPeers peers,
            WorkerPresence workers,
            RunTimes times,
            Controls controls,
            int partitions,
            Clock clock) {
        this.directory = directory;
        this.peers = peers;
        this.workers = workers;
        this.times = times;
        this.controls = controls;
        this.partitions = partitions;
        this.clock = clock;
    }

    /** Empty if there is nothing to be said. */
    Optional<ObjectNode> of(TrackedJob tracked) throws NotServing, InterruptedException {
        Job job = Objects.requireNonNull(tracked.job());
        QueuePlace place = tracked.place();
        return switch (tracked.state()) {
            case JobState.Queued _ ->
                    place == null ? Optional.empty() : Optional.of(waiting(job.endpoint(), place));
            case JobState.Running running ->
                    times.of(job.endpoint())
                            .map(range ->
                                    range.after(
                                            Duration.between(
                                                    running.execution().startedAt(),
                                                    clock.instant())))
                            .map(left -> put(JsonNodeFactory.instance.objectNode(), "left", left));
            case JobState.Completed _,
                    JobState.Failed _,
                    JobState.Cancelled _,
                    JobState.TimedOut _ ->
                    Optional.empty();
        };
    }

    private ObjectNode waiting(EndpointId endpoint, QueuePlace place)
            throws NotServing, InterruptedException {
        int ahead = here(place);
        for (HostInfo peer : directory.peers()) {
            try {
                ahead += peers.waitingBefore(peer, endpoint, place);
            } catch (IOException e) {
                throw new NotServing("another sink does not answer: " + peer);
            }
        }
        ObjectNode outlook =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("position", ahead + 1)
                        .put("ahead", ahead);
        Pauses.mark(controls, endpoint, outlook);
        if (controls.pausedSince(endpoint).isPresent()) {
            return outlook;
        }
        putWait(outlook, endpoint, ahead);
        return outlook;
    }

    private void putWait(ObjectNode outlook, EndpointId endpoint, long ahead) {
        WorkerPresence.Counts counts = workers.counts(endpoint);
        int serving = counts.idle() + counts.running();
        if (serving > 0) {
            double rounds = (double) ahead / serving + (counts.idle() > 0 ? 0 : 0.5);
            times.of(endpoint).ifPresent(range -> put(outlook, "wait", range.times(rounds)));
        }
    }

    /**
     * Of a job that is not submitted yet.
     *
     * @param pixels of a frame of its output, 0 if unknown
     * @param ahead jobs that wait at the endpoint
     */
    ObjectNode of(EndpointId endpoint, long pixels, long frames, long ahead) {
        WorkerPresence.Counts counts = workers.counts(endpoint);
        ObjectNode outlook =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("fits", times.hasDone(endpoint, pixels) ? "yes" : "unknown")
                        .put("ahead", ahead)
                        .put("workers", counts.idle() + counts.running());
        workers.present(endpoint).stream()
                .filter(worker -> !worker.dead() && worker.status().memoryBytes() > 0)
                .max(Comparator.comparingLong(worker -> worker.status().memoryBytes()))
                .ifPresent(largest ->
                        outlook.putObject("memory")
                                .put("available", largest.status().memoryBytes())
                                .put("worker", largest.status().worker().value()));
        Optional<RunTimes.Range> similar = times.of(endpoint, pixels, frames);
        similar.or(() -> times.of(endpoint))
                .ifPresent(range -> {
                    put(outlook, "run", range);
                    ((ObjectNode) outlook.path("run"))
                            .put("basis", similar.isPresent() ? "similar" : "endpoint");
                });
        Pauses.mark(controls, endpoint, outlook);
        if (controls.pausedSince(endpoint).isEmpty()) {
            putWait(outlook, endpoint, ahead);
        }
        return outlook;
    }

    /** Of this sink only. */
    int here(QueuePlace place) throws NotServing {
        return directory.waitingBefore(place, partitions);
    }

    private static ObjectNode put(ObjectNode into, String what, RunTimes.Range range) {
        into.putObject(what).put("p50", range.half()).put("p90", range.most());
        return into;
    }
}
