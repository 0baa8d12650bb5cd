package io.heritage.sink.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.WorkerId;
import io.heritage.schemas.WorkerStatus;
import io.heritage.schemas.WorkerStatus.Phase;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.JobDirectory.Found;
import io.heritage.sink.fold.JobDirectory.NotServing;
import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.fold.WorkerPresence;
import io.heritage.sink.fold.WorkerPresence.Present;
import io.heritage.transport.log.Controls;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.state.HostInfo;

/**
 * {@code /workers}: the workers of an endpoint according to their heartbeats. A worker's job is
 * shown to its owner only. Any thread.
 */
public final class WorkerList {
    private static final int ASKED_AT_ONCE = 16;
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(2);

    private final WorkerPresence workers;
    private final Controls controls;
    private final JobDirectory directory;
    private final SinkPeers peers;
    private final Clock clock;

    public WorkerList(
            WorkerPresence workers,
            Controls controls,
            JobDirectory directory,
            SinkPeers peers,
            Clock clock) {
        this.workers = workers;
        this.controls = controls;
        this.directory = directory;
        this.peers = peers;
        this.clock = clock;
    }

    private enum State {
        STARTING,
        IDLE,
        RUNNING,
        DRAINING,
        DRAINED,
        UNHEALTHY,
        LOST;

        String shown() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    ObjectNode of(EndpointId endpoint, String owner) throws InterruptedException {
        ObjectNode body = Pauses.of(controls, endpoint);
        ArrayNode list = body.putArray("workers");
        List<Present> present = workers.present(endpoint);
        Map<JobId, ObjectNode> jobs = new JobsOfOwner(endpoint, owner).find(present);
        present.forEach(worker -> list.add(describe(worker, jobs)));
        return body;
    }

    /** One worker; empty if it does not serve the endpoint. */
    Optional<ObjectNode> of(EndpointId endpoint, String owner, WorkerId id)
            throws InterruptedException {
        Optional<Present> found = find(endpoint, id);
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        describe(
                                found.get(),
                                new JobsOfOwner(endpoint, owner).find(List.of(found.get()))));
    }

    /** {@code /models}: how many workers hold each model, and how many could load it. */
    ObjectNode models(EndpointId endpoint) {
        var resident = new TreeMap<String, Integer>();
        var installed = new TreeMap<String, Integer>();
        for (Present worker : workers.present(endpoint)) {
            if (!worker.dead() && !worker.silent()) {
                WorkerStatus status = worker.status();
                var able = new TreeSet<>(status.models());
                able.addAll(status.installed() == null ? List.of() : status.installed());
                able.forEach(model -> installed.merge(model, 1, Integer::sum));
                new TreeSet<>(status.models())
                        .forEach(model -> resident.merge(model, 1, Integer::sum));
            }
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode models = body.putArray("models");
        installed.forEach((model, count) ->
                models.addObject()
                        .put("name", model)
                        .put("workers", count)
                        .put("resident", resident.getOrDefault(model, 0)));
        return body;
    }

    Optional<Present> find(EndpointId endpoint, WorkerId id) {
        return workers.present(endpoint).stream()
                .filter(worker -> worker.status().worker().equals(id))
                .findFirst();
    }

    /** Whether a worker of any endpoint has a recent heartbeat. */
    boolean isPresent(WorkerId id) {
        return workers.isPresent(id);
    }

    private ObjectNode describe(Present worker, Map<JobId, ObjectNode> jobs) {
        WorkerStatus status = worker.status();
        Instant now = clock.instant();
        ObjectNode shown =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("id", status.worker().value())
                        .put("state", stateOf(worker).shown());
        ArrayNode endpoints = shown.putArray("endpoints");
        status.endpoints().forEach(endpoint -> endpoints.add(endpoint.value()));
        if (!status.device().isEmpty()) {
            shown.put("device", status.device());
        }
        if (status.memoryBytes() > 0) {
            shown.putObject("memory")
                    .put("total", status.memoryBytes())
                    .put("used", status.memoryUsedBytes());
        }
        ArrayNode models = shown.putArray("models");
        status.models().forEach(models::add);
        ObjectNode job = status.jobId() == null ? null : jobs.get(status.jobId());
        if (job != null) {
            shown.set("job", job);
        }
        if (status.startedAt() != null) {
            Duration uptime = Duration.between(status.startedAt(), status.at());
            shown.put("startedAt", status.startedAt().toString())
                    .put("uptime", Math.max(0, uptime.toMillis()));
        }
        if (status.version() != null) {
            shown.put("version", status.version());
        }
        return shown.put("lastHeartbeat", worker.heardAt().toString())
                .put(
                        "heartbeatAge",
                        Math.max(0, Duration.between(worker.heardAt(), now).toMillis()));
    }

    private State stateOf(Present worker) {
        if (worker.dead()) {
            return State.LOST;
        }
        Phase phase = worker.status().phase();
        if (worker.silent() || phase == Phase.UNHEALTHY) {
            return State.UNHEALTHY;
        }
        boolean drained = controls.isDrained(worker.status().worker());
        return switch (phase) {
            case RUNNING -> drained ? State.DRAINING : State.RUNNING;
            case IDLE -> drained ? State.DRAINED : State.IDLE;
            case INITIALIZING -> drained ? State.DRAINED : State.STARTING;
            case UNHEALTHY, STOPPED -> State.UNHEALTHY;
        };
    }

    /**
     * Looks jobs up, at other sinks too, several at a time; one that does not answer is asked a few
     * times only. Jobs without an answer in time are left out.
     */
    private final class JobsOfOwner {
        private final EndpointId endpoint;
        private final String owner;
        private final Set<HostInfo> silent = ConcurrentHashMap.newKeySet();

        JobsOfOwner(EndpointId endpoint, String owner) {
            this.endpoint = endpoint;
            this.owner = owner;
        }

        Map<JobId, ObjectNode> find(List<Present> present) throws InterruptedException {
            var found = new ConcurrentHashMap<JobId, ObjectNode>();
            List<Callable<Boolean>> questions =
                    present.stream()
                            .map(worker -> Optional.ofNullable(worker.status().jobId()))
                            .flatMap(Optional::stream)
                            .distinct()
                            .<Callable<Boolean>>map(id ->
                                    () -> {
                                        Optional<ObjectNode> job = find(id);
                                        job.ifPresent(shown -> found.put(id, shown));
                                        return job.isPresent();
                                    })
                            .toList();
            try (ExecutorService threads =
                    Executors.newFixedThreadPool(ASKED_AT_ONCE, Thread.ofVirtual().factory())) {
                for (Future<Boolean> asked :
                        threads.invokeAll(
                                questions, TOLD_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                    if (asked.state() == Future.State.FAILED) {
                        throw new IllegalStateException(
                                "a worker's job was not looked up", asked.exceptionNow());
                    }
                }
            }
            return Map.copyOf(found);
        }

        private Optional<ObjectNode> find(JobId id) throws InterruptedException {
            try {
                return switch (directory.await(id, Duration.ZERO, _ -> true)) {
                    case Found.Here(TrackedJob job) ->
                            isTheirs(job) ? shown(job) : Optional.empty();
                    case Found.Elsewhere(HostInfo sink) -> at(sink, id);
                    case Found.Expired _, Found.Nowhere _ -> Optional.empty();
                };
            } catch (NotServing e) {
                return Optional.empty(); // what else is known of the worker is told all the same
            }
        }

        /** The job that the client knows: for a part its parent. */
        private Optional<ObjectNode> shown(TrackedJob tracked) throws InterruptedException {
            Job job = Objects.requireNonNull(tracked.job());
            return job.part() == null
                    ? Optional.of(JobSummary.of(tracked, clock.instant()))
                    : find(job.asked());
        }

        private boolean isTheirs(TrackedJob tracked) {
            return tracked.job() != null
                    && tracked.job().endpoint().equals(endpoint)
                    && tracked.job().owner().equals(owner);
        }

        private Optional<ObjectNode> at(HostInfo sink, JobId id) throws InterruptedException {
            if (silent.contains(sink)) {
                return Optional.empty();
            }
            try {
                return peers.summary(sink, id, endpoint, owner);
            } catch (IOException e) {
                silent.add(sink);
                return Optional.empty();
            }
        }
    }
}
