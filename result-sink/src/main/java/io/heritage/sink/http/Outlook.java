package io.heritage.sink.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobState;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.JobDirectory.Found;
import io.heritage.sink.fold.JobDirectory.NotServing;
import io.heritage.sink.fold.RunTimes;
import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.fold.WorkerPresence;
import io.heritage.sink.queue.QueueOrder;
import io.heritage.sink.queue.QueuePlace;
import io.heritage.sink.queue.QueueSample;
import io.heritage.sink.queue.Turns;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.log.Controls;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.streams.state.HostInfo;

/**
 * The position of a waiting job in its queue and its expected wait, or the expected rest of a
 * running job, judged by earlier jobs. It is part of every state, so its cost does not depend on
 * the number of waiting jobs, and it is left out rather than waited for. Any thread.
 */
public final class Outlook {
    private final JobDirectory directory;
    private final QueueOrder order;
    private final Turns turns;
    private final PeerQueues peers;
    private final WorkerPresence workers;
    private final RunTimes times;
    private final Controls controls;
    private final Clock clock;

    public Outlook(
            JobDirectory directory,
            QueueOrder order,
            Turns turns,
            SinkPeers peers,
            WorkerPresence workers,
            RunTimes times,
            Controls controls,
            Clock clock) {
        this.directory = directory;
        this.order = order;
        this.turns = turns;
        this.peers = new PeerQueues(peers::queue, System::nanoTime);
        this.workers = workers;
        this.times = times;
        this.controls = controls;
        this.clock = clock;
    }

    /** The outlook of a local job; empty if unknown. */
    Optional<ObjectNode> of(JobId id) throws InterruptedException {
        try {
            return directory.await(id, Duration.ZERO, _ -> true) instanceof Found.Here(var job)
                    ? of(job)
                    : Optional.empty();
        } catch (NotServing moving) {
            return Optional.empty();
        }
    }

    /** Empty if unknown. */
    Optional<ObjectNode> of(TrackedJob tracked) throws InterruptedException {
        Job job = Objects.requireNonNull(tracked.job());
        QueuePlace place = tracked.place();
        if (tracked.isBatch()) {
            return Optional.empty(); // its jobs have one each
        }
        return switch (tracked.state()) {
            case JobState.Queued _ -> place == null ? Optional.empty() : waiting(job, place);
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

    private Optional<ObjectNode> waiting(Job job, QueuePlace place) throws InterruptedException {
        EndpointId endpoint = job.endpoint();
        OptionalInt ahead =
                Topics.isWaiting(place.topic()) ? untilItsTurn(job, place) : ahead(endpoint, place);
        if (ahead.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode outlook =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("position", ahead.getAsInt() + 1)
                        .put("ahead", ahead.getAsInt());
        Pauses.mark(controls, endpoint, outlook);
        if (controls.pausedSince(endpoint).isEmpty()) {
            putWait(outlook, endpoint, ahead.getAsInt());
        }
        return Optional.of(outlook);
    }

    private OptionalInt untilItsTurn(Job job, QueuePlace place) {
        return directory.isServing() ? turns.ahead(place, job.owner()) : OptionalInt.empty();
    }

    /** Over all sinks; empty if one does not answer. */
    private OptionalInt ahead(EndpointId endpoint, QueuePlace place) throws InterruptedException {
        if (!directory.isServing()) {
            return OptionalInt.empty(); // some of the jobs here may not be known yet
        }
        try {
            int ahead = order.before(place);
            for (HostInfo peer : directory.peers()) {
                OptionalInt there = peers.before(peer, endpoint, place);
                if (there.isEmpty()) {
                    return there;
                }
                ahead += there.getAsInt();
            }
            return OptionalInt.of(ahead);
        } catch (NotServing starting) {
            return OptionalInt.empty();
        }
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
     * The outlook of a job that is not submitted yet.
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

    /** Where jobs of this sink wait in a queue, by partition. */
    List<QueueSample> here(String topic) throws NotServing {
        if (!directory.isServing()) {
            throw new NotServing("the fold of job states is starting, restoring or moving");
        }
        return order.samples(topic);
    }

    private static ObjectNode put(ObjectNode into, String what, RunTimes.Range range) {
        into.putObject(what).put("p50", range.half()).put("p90", range.most());
        return into;
    }
}
