package io.heritage.sink.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.heritage.schemas.Command;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobState;
import io.heritage.schemas.SinkApi;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.JobDirectory.Found;
import io.heritage.sink.fold.JobDirectory.NotServing;
import io.heritage.sink.fold.JobRules;
import io.heritage.sink.fold.ResultParts;
import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.reply.JobReply;
import io.heritage.sink.reply.Replies;
import io.heritage.sink.reply.ReplyBody;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.log.CommandBus;
import io.heritage.transport.log.EventLog;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers gateways, see {@link SinkApi}. Each request blocks a virtual thread of its own. A job of
 * another endpoint or owner is answered like an unknown one.
 */
public final class SinkServer {
    private static final Logger LOG = LoggerFactory.getLogger(SinkServer.class);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final Duration FOLDED_WITHIN = Duration.ofSeconds(5);
    private static final Duration NOT_SERVING_PAUSE = Duration.ofMillis(100);
    private static final String NO_JOB = "job not found";

    /**
     * Of one answer to {@code /stream}, unless a single part is larger; the rest is for the next.
     */
    private static final long MOST_STREAMED_BYTES = 8 << 20;

    private final JobDirectory directory;
    private final SinkPeers peers;
    private final EndpointHealth health;
    private final QueuePurge purge;
    private final Replies replies;
    private final JobRules rules;
    private final EventLog events;
    private final CommandBus commands;
    private final Set<EndpointId> endpoints;
    private final Clock clock;
    private final StreamTurns turns = new StreamTurns();

    public SinkServer(
            JobDirectory directory,
            SinkPeers peers,
            EndpointHealth health,
            QueuePurge purge,
            Replies replies,
            JobRules rules,
            EventLog events,
            CommandBus commands,
            Set<EndpointId> endpoints,
            Clock clock) {
        this.directory = directory;
        this.peers = peers;
        this.health = health;
        this.purge = purge;
        this.replies = replies;
        this.rules = rules;
        this.events = events;
        this.commands = commands;
        this.endpoints = Set.copyOf(endpoints);
        this.clock = clock;
    }

    public void addTo(HttpRouting.Builder routing) {
        routing.get(SinkApi.JOBS + "{id}", this::status)
                .get(SinkApi.JOBS + "{id}" + SinkApi.STREAM, this::stream)
                .post(SinkApi.JOBS + "{id}" + SinkApi.RETRY, this::retry)
                .post(SinkApi.JOBS + "{id}" + SinkApi.CANCEL, this::cancel)
                .get(SinkApi.ENDPOINTS + "{endpoint}" + SinkApi.HEALTH, this::health)
                .post(SinkApi.ENDPOINTS + "{endpoint}" + SinkApi.PURGE, this::purge)
                .get(SinkApi.ENDPOINTS + "{endpoint}" + SinkPeers.COUNTERS, this::counters)
                .any((_, response) -> replies.error(response, 404, "no such path"))
                .error(Exception.class, this::failed);
    }

    /**
     * A request about one job.
     *
     * @param until by {@link System#nanoTime()}
     */
    private record Asked(JobId id, String endpoint, String owner, long until) {
        boolean mayConcern(Job job) {
            return job.endpoint().value().equals(endpoint) && job.owner().equals(owner);
        }

        Duration left() {
            Duration left = Duration.ofNanos(until - System.nanoTime());
            return left.isNegative() ? Duration.ZERO : left;
        }
    }

    private void status(ServerRequest request, ServerResponse response) throws Exception {
        Asked asked = asked(request);
        Optional<TrackedJob> found = find(asked, asked.left(), request, response);
        if (found.isEmpty()) {
            return;
        }
        TrackedJob job = found.get();
        expire(job, millis(request, SinkApi.TTL));
        replies.send(response, JobReply.status(job.record(), clock.instant()));
    }

    /** RunPod contract, section 1.5: the result expires after that time, if not earlier. */
    private void expire(TrackedJob tracked, Optional<Duration> ttl) {
        Job job = Objects.requireNonNull(tracked.job());
        if (ttl.isEmpty() || !tracked.isFinished()) {
            return;
        }
        Instant now = clock.instant();
        Instant asked = now.plus(ttl.get());
        if (asked.isBefore(rules.keptUntil(tracked, job))) {
            events.append(new JobEvent.ResultExpires(job.id(), now, asked));
        }
    }

    /** RunPod contract, section 1.7. */
    private void stream(ServerRequest request, ServerResponse response) throws Exception {
        Asked asked = asked(request);
        OptionalInt from = count(request, SinkApi.FROM);
        boolean concerned = // before it takes a turn, with which it keeps others waiting
                find(asked, Duration.ZERO, request, response).isPresent();
        if (!concerned) {
            return;
        }
        if (from.isPresent()) {
            streamFrom(from.getAsInt(), asked, request, response);
        } else {
            streamNew(asked, request, response);
        }
    }

    private void streamFrom(int from, Asked asked, ServerRequest request, ServerResponse response)
            throws Exception {
        Optional<TrackedJob> found =
                find(
                        asked,
                        asked.left(),
                        job -> job.isFinished() || job.hasPartsAfter(from),
                        request,
                        response);
        if (found.isPresent()) {
            TrackedJob job = found.get();
            replies.send(response, partsOf(job, directory.parts(job, from, MOST_STREAMED_BYTES)));
        }
    }

    private void streamNew(Asked asked, ServerRequest request, ServerResponse response)
            throws Exception {
        try (StreamTurns.Turn turn = turns.take(asked.id(), asked.left())) {
            Optional<TrackedJob> found =
                    find(
                            asked,
                            asked.left(),
                            job -> job.isFinished() || job.hasNewParts(),
                            request,
                            response);
            if (found.isEmpty()) {
                return;
            }
            TrackedJob job = found.get();
            int from = job.partsSoFar().streamed();
            ResultParts parts =
                    turn.isMine()
                            ? directory.parts(job, from, MOST_STREAMED_BYTES)
                            : new ResultParts(List.of(), from);
            if (parts.payloads().isEmpty()) {
                replies.send(response, partsOf(job, parts));
            } else {
                replies.send(response, partsOf(job, parts), () -> streamed(job, parts.next()));
            }
        }
    }

    private static ReplyBody partsOf(TrackedJob job, ResultParts parts) {
        return JobReply.stream(job.record(), parts.payloads(), job.hasPartsAfter(parts.next()));
    }

    /** Returns when the next request will see it. */
    private void streamed(TrackedJob job, int parts) throws InterruptedException {
        events.append(new JobEvent.PartsStreamed(job.id(), clock.instant(), job.attempt(), parts));
        try {
            directory.await(
                    job.id(),
                    FOLDED_WITHIN,
                    now -> now.attempt() != job.attempt() || now.partsSoFar().streamed() >= parts);
        } catch (NotServing e) {
            LOG.atDebug().setCause(e).log("the job's next owner reads it from the log");
        }
    }

    /** The log decides: what ended first, the cancellation or the job itself, is answered. */
    private void cancel(ServerRequest request, ServerResponse response) throws Exception {
        Asked asked = asked(request);
        Optional<TrackedJob> found = find(asked, Duration.ZERO, request, response);
        if (found.isEmpty()) {
            return;
        }
        TrackedJob job = found.get();
        if (!job.isFinished()) {
            Instant now = clock.instant();
            events.append(new JobEvent.Cancelled(asked.id(), now));
            commands.broadcast(new Command.Cancel(asked.id(), now));
            Optional<TrackedJob> ended = find(asked, FOLDED_WITHIN, request, response);
            if (ended.isEmpty()) {
                return;
            }
            job = ended.get();
        }
        state(response, asked.id(), job.isFinished() ? job.state().status() : "CANCELLED");
    }

    /** RunPod contract, section 1.8. */
    private void retry(ServerRequest request, ServerResponse response) throws Exception {
        Asked asked = asked(request);
        Optional<TrackedJob> found = find(asked, Duration.ZERO, request, response);
        if (found.isEmpty()) {
            return;
        }
        if (!(found.get().state() instanceof JobState.Failed
                || found.get().state() instanceof JobState.TimedOut)) {
            throw new BadRequest(
                    "only a job that FAILED or TIMED_OUT can be retried, this one is "
                            + found.get().state().status());
        }
        Instant endedAt = ((JobState.Terminal) found.get().state()).at();
        int attempts = found.get().record().attempts();
        events.append(new JobEvent.Retried(asked.id(), clock.instant(), endedAt, attempts));
        if (find(asked, FOLDED_WITHIN, job -> !job.endedAt(endedAt), request, response)
                .isPresent()) {
            state(response, asked.id(), "IN_QUEUE");
        }
    }

    private void state(ServerResponse response, JobId job, String status) {
        replies.json(
                response,
                JsonNodeFactory.instance.objectNode().put("id", job.value()).put("status", status));
    }

    private Optional<TrackedJob> find(
            Asked asked, Duration wait, ServerRequest request, ServerResponse response)
            throws InterruptedException, IOException {
        return find(asked, wait, TrackedJob::isFinished, request, response);
    }

    /**
     * The job once it is as awaited, or as it stands after the wait.
     *
     * @return empty if the request has been answered: by the sink that has the job, or as unknown
     */
    private Optional<TrackedJob> find(
            Asked asked,
            Duration wait,
            Predicate<TrackedJob> awaited,
            ServerRequest request,
            ServerResponse response)
            throws InterruptedException, IOException {
        while (true) {
            try {
                return switch (directory.await(asked.id(), wait, awaited)) {
                    case Found.Here here when concerns(asked, here.job()) ->
                            Optional.of(here.job());
                    case Found.Here _, Found.Nowhere _ -> {
                        replies.error(response, 404, NO_JOB);
                        yield Optional.empty();
                    }
                    case Found.Elsewhere(HostInfo sink) -> {
                        forward(sink, asked, request, response);
                        yield Optional.empty();
                    }
                };
            } catch (NotServing e) {
                if (asked.left().compareTo(NOT_SERVING_PAUSE) < 0) {
                    replies.unavailable(response, Objects.requireNonNull(e.getMessage()));
                    return Optional.empty();
                }
                Thread.sleep(NOT_SERVING_PAUSE);
            }
        }
    }

    private static boolean concerns(Asked asked, TrackedJob tracked) {
        return tracked.job() != null && asked.mayConcern(tracked.job());
    }

    private void forward(HostInfo sink, Asked asked, ServerRequest request, ServerResponse response)
            throws NotServing, InterruptedException {
        if (isForwarded(request)) {
            throw new NotServing("the job's part of the store is being moved");
        }
        String path = request.path().absolute().rawPath() + "?" + request.query().rawValue();
        try {
            String method = request.prologue().method().text();
            replies.pipe(response, peers.ask(sink, method, path, asked.left()));
        } catch (IOException e) {
            throw new NotServing("the sink that has the job does not answer");
        }
    }

    private void health(ServerRequest request, ServerResponse response) throws Exception {
        EndpointId endpoint = endpoint(request);
        if (endpoints.contains(endpoint)) {
            replies.json(response, health.of(endpoint));
        } else {
            replies.error(response, 404, "endpoint not found");
        }
    }

    private void purge(ServerRequest request, ServerResponse response) throws Exception {
        EndpointId endpoint = endpoint(request);
        String owner = required(request, SinkApi.OWNER);
        int removed =
                isForwarded(request)
                        ? purge.here(endpoint, owner)
                        : purge.everywhere(endpoint, owner);
        replies.json(
                response,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("removed", removed)
                        .put("status", "completed"));
    }

    private static boolean isForwarded(ServerRequest request) {
        return request.headers().contains(HeaderNames.create(SinkPeers.FORWARDED));
    }

    private void counters(ServerRequest request, ServerResponse response) throws Exception {
        replies.message(response, directory.counters(endpoint(request)));
    }

    private void failed(ServerRequest request, ServerResponse response, Exception e) {
        switch (e) {
            case NoSuchJob _ -> replies.error(response, 404, NO_JOB);
            case BadRequest _ ->
                    replies.error(response, 400, Objects.requireNonNull(e.getMessage()));
            case NotServing _ ->
                    replies.unavailable(response, Objects.requireNonNull(e.getMessage()));
            case TransportUnavailable _ ->
                    replies.unavailable(response, "Kafka does not answer in time");
            default -> {
                LOG.atError().setCause(e).log("request failed");
                replies.error(response, 500, "internal error of the sink");
            }
        }
    }

    private static final class NoSuchJob extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private static final class BadRequest extends Exception {
        private static final long serialVersionUID = 1L;

        BadRequest(String message) {
            super(message);
        }
    }

    private static Asked asked(ServerRequest request) throws NoSuchJob, BadRequest {
        Duration wait = millis(request, SinkApi.WAIT).orElse(Duration.ZERO);
        Duration clamped = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
        try {
            return new Asked(
                    new JobId(request.path().pathParameters().get("id")),
                    required(request, SinkApi.ENDPOINT),
                    required(request, SinkApi.OWNER),
                    System.nanoTime() + clamped.toNanos());
        } catch (IllegalArgumentException notAnId) {
            throw new NoSuchJob();
        }
    }

    /** Empty if absent; below 0 is 0. */
    private static OptionalInt count(ServerRequest request, String name) throws BadRequest {
        if (!request.query().contains(name)) {
            return OptionalInt.empty();
        }
        try {
            int count = Integer.parseInt(request.query().get(name));
            return OptionalInt.of(Math.max(0, count));
        } catch (NumberFormatException e) {
            throw new BadRequest(name + ": expected a number of parts");
        }
    }

    private static EndpointId endpoint(ServerRequest request) throws BadRequest {
        try {
            return new EndpointId(request.path().pathParameters().get("endpoint"));
        } catch (IllegalArgumentException e) {
            throw new BadRequest("not an endpoint id");
        }
    }

    private static String required(ServerRequest request, String name) throws BadRequest {
        if (!request.query().contains(name)) {
            throw new BadRequest("query parameter " + name + " is missing");
        }
        return request.query().get(name);
    }

    /** Empty if absent; below 0 is 0. */
    private static Optional<Duration> millis(ServerRequest request, String name) throws BadRequest {
        if (!request.query().contains(name)) {
            return Optional.empty();
        }
        try {
            long millis = Long.parseLong(request.query().get(name));
            return Optional.of(Duration.ofMillis(Math.clamp(millis, 0, 7L * 86_400_000)));
        } catch (NumberFormatException e) {
            throw new BadRequest(name + ": expected milliseconds");
        }
    }
}
