package io.heritage.sink.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.heritage.http.ClientSocket;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.SinkApi;
import io.heritage.schemas.Wire;
import io.heritage.sink.fold.JobDirectory;
import io.heritage.sink.fold.JobDirectory.NotServing;
import io.heritage.sink.fold.JobRules;
import io.heritage.sink.fold.WebhookResends;
import io.heritage.sink.frame.FramePictures;
import io.heritage.sink.reply.Answer;
import io.heritage.sink.reply.Replies;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.log.CommandBus;
import io.heritage.transport.log.Controls;
import io.heritage.transport.log.EventLog;
import java.time.Clock;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The paths of {@link SinkApi}, and the answers to exceptions. Each request blocks its own virtual
 * thread as long as its caller stays connected. A job of another endpoint or owner is answered like
 * an unknown one.
 */
public final class SinkServer {
    private static final Logger LOG = LoggerFactory.getLogger(SinkServer.class);

    private final Callers callers;
    private final Replies replies;
    private final JobOperations operations;
    private final PartStreaming streaming;
    private final OutputFiles outputs;
    private final JobDetails details;
    private final JobList list;
    private final LiveEvents live;
    private final Outlook outlook;
    private final JobLookup lookup;
    private final EndpointHealth health;
    private final EndpointDemand demand;
    private final QueuePurge purge;
    private final Clock clock;
    private final WorkerList workers;
    private final Operators operators;
    private final Set<EndpointId> endpoints;

    public SinkServer(
            Callers callers,
            Replies replies,
            JobDirectory directory,
            SinkPeers peers,
            EndpointHealth health,
            EndpointDemand demand,
            QueuePurge purge,
            JobList list,
            LiveEvents live,
            Outlook outlook,
            WorkerList workers,
            Controls controls,
            JobRules rules,
            EventLog events,
            CommandBus commands,
            WebhookResends resends,
            FramePictures frames,
            Set<EndpointId> endpoints,
            String linkBase,
            AnswerPatience patience,
            Clock clock) {
        this.lookup = new JobLookup(directory, peers);
        this.live = live;
        this.outlook = outlook;
        this.callers = callers;
        this.replies = replies;
        this.operations =
                new JobOperations(
                        lookup,
                        directory,
                        rules,
                        events,
                        commands,
                        resends,
                        outlook,
                        linkBase,
                        patience.told(),
                        clock);
        this.outputs = new OutputFiles(lookup, frames, linkBase);
        this.details = new JobDetails(lookup, events, outlook, linkBase, clock);
        this.list = list;
        this.streaming = new PartStreaming(lookup, directory, events, patience.told(), clock);
        this.health = health;
        this.demand = demand;
        this.purge = purge;
        this.workers = workers;
        this.operators = new Operators(controls, workers, patience.switched(), clock);
        this.endpoints = Set.copyOf(endpoints);
        this.clock = clock;
    }

    public void addTo(HttpRouting.Builder routing) {
        routing.get(SinkApi.JOBS + "{id}" + SinkApi.OUTPUT, answering(outputs::output))
                .get(SinkApi.JOBS + "{id}" + SinkApi.INPUT, answering(outputs::input))
                .head(SinkApi.JOBS + "{id}" + SinkApi.INPUT, answering(outputs::input))
                .get(
                        SinkApi.JOBS + "{id}" + SinkApi.DETAILS,
                        answering(request -> details.answer(request.job())))
                .get(
                        SinkApi.JOBS + "{id}" + SinkApi.EVENTS,
                        answering(
                                request -> live.ofJob(request.job(), lookup, request.isResumed())))
                .get(SinkApi.ENDPOINTS + "{endpoint}" + SinkApi.EVENTS, answering(this::events))
                .get(
                        SinkApi.ENDPOINTS + "{endpoint}" + SinkApi.REQUESTS,
                        answering(request -> list.answer(request.list())))
                .head(SinkApi.JOBS + "{id}" + SinkApi.OUTPUT, answering(outputs::output))
                .get(
                        SinkApi.JOBS + "{id}",
                        answering(request -> operations.status(request.job(), request.ttl())))
                .get(
                        SinkApi.JOBS + "{id}" + SinkApi.STREAM,
                        answering(request -> streaming.answer(request.job(), request.from())))
                .get(
                        SinkApi.JOBS + "{id}" + SinkApi.PARTS,
                        answering(request ->
                                live.partsOf(
                                        request.job(),
                                        lookup,
                                        request.lastEventId(),
                                        request.from().orElse(0))))
                .get(
                        SinkApi.JOBS + "{id}" + SinkApi.SUBMISSION,
                        answering(request -> operations.submission(request.job())))
                .post(
                        SinkApi.JOBS + "{id}" + SinkApi.RETRY,
                        answering(request -> operations.retry(request.job())))
                .post(
                        SinkApi.JOBS + "{id}" + SinkApi.WEBHOOK,
                        answering(request -> operations.callAgain(request.job())))
                .post(
                        SinkApi.JOBS + "{id}" + SinkApi.CANCEL,
                        answering(request -> operations.cancel(request.job())))
                .get(SinkApi.ENDPOINTS + "{endpoint}" + SinkApi.HEALTH, answering(this::health))
                .post(SinkApi.ENDPOINTS + "{endpoint}" + SinkApi.PURGE, answering(this::purge))
                .get(
                        SinkApi.ENDPOINTS + "{endpoint}" + SinkPeers.COUNTERS,
                        answering(
                                request -> new Answer.Message(health.counters(request.endpoint()))))
                .get(
                        SinkApi.ENDPOINTS + "{endpoint}" + SinkPeers.WAITS,
                        answering(request ->
                                new Answer.Message(
                                        demand.here(
                                                request.endpoint(),
                                                request.longerThan(),
                                                request.atMost()))))
                .get(
                        SinkApi.ENDPOINTS + "{endpoint}" + SinkPeers.QUEUE,
                        answering(request ->
                                new Answer.Json(
                                        Wire.json().valueToTree(outlook.here(request.topic())))))
                .get(
                        SinkApi.ENDPOINTS + "{endpoint}" + SinkPeers.PURGES + "{id}",
                        answering(request ->
                                new Answer.Json(
                                        Wire.json().valueToTree(purge.here(request.purge())))))
                .get(
                        SinkApi.JOBS + "{id}" + SinkPeers.SUMMARY,
                        answering(request ->
                                lookup.now(
                                        request.job(),
                                        job ->
                                                new Answer.Json(
                                                        JobSummary.of(job, clock.instant())))))
                .get(
                        SinkApi.ENDPOINTS + "{endpoint}" + SinkApi.WORKERS,
                        answering(request ->
                                ofEndpoint(
                                        request,
                                        endpoint ->
                                                new Answer.Json(
                                                        workers.of(endpoint, request.owner())))))
                .get(
                        SinkApi.ENDPOINTS + "{endpoint}" + SinkApi.MODELS,
                        answering(request ->
                                ofEndpoint(
                                        request,
                                        endpoint -> new Answer.Json(workers.models(endpoint)))))
                .get(SinkApi.ENDPOINTS + "{endpoint}" + SinkApi.OUTLOOK, answering(this::outlook))
                .post(
                        SinkApi.ENDPOINTS
                                + "{endpoint}"
                                + SinkApi.WORKERS
                                + "/{worker}"
                                + SinkApi.DRAIN,
                        answering(request -> drain(request, true)))
                .post(
                        SinkApi.ENDPOINTS
                                + "{endpoint}"
                                + SinkApi.WORKERS
                                + "/{worker}"
                                + SinkApi.UNDRAIN,
                        answering(request -> drain(request, false)))
                .post(
                        SinkApi.ENDPOINTS + "{endpoint}" + SinkApi.PAUSE,
                        answering(request -> pause(request, true)))
                .post(
                        SinkApi.ENDPOINTS + "{endpoint}" + SinkApi.RESUME,
                        answering(request -> pause(request, false)))
                .any(answering(_ -> new Answer.Refusal(404, "no such path")));
    }

    @FunctionalInterface
    private interface Handling {
        Answer answer(Parameters request) throws Exception;
    }

    private Handler answering(Handling handling) {
        return (request, response) -> {
            ClientSocket caller = callers.watched();
            try {
                Answer answer = answer(handling, request, caller);
                if (new Parameters(request).isHead()) {
                    replies.writeHead(response, answer);
                } else {
                    replies.write(response, answer, caller::close);
                }
            } catch (InterruptedException e) {
                throw ended(caller, e);
            }
        };
    }

    private static Answer answer(Handling handling, ServerRequest request, ClientSocket caller) {
        try {
            return handling.answer(new Parameters(request));
        } catch (NoSuchJob e) {
            return JobLookup.NO_JOB;
        } catch (BadRequest e) {
            return new Answer.Refusal(400, Objects.requireNonNull(e.getMessage()));
        } catch (NotServing e) {
            return new Answer.Unavailable(Objects.requireNonNull(e.getMessage()));
        } catch (TransportUnavailable e) {
            return new Answer.Unavailable("Kafka does not answer in time");
        } catch (InterruptedException e) {
            throw ended(caller, e);
        } catch (Exception e) {
            LOG.atError().setCause(e).log("request failed");
            return new Answer.Refusal(500, "internal error of the sink");
        }
    }

    private static CloseConnectionException ended(ClientSocket caller, InterruptedException e) {
        if (!caller.gone()) {
            Thread.currentThread().interrupt();
        }
        return new CloseConnectionException(
                caller.gone() ? "the caller hung up" : "the sink is closing", e);
    }

    private Answer health(Parameters request) throws Exception {
        EndpointId endpoint = request.endpoint();
        return endpoints.contains(endpoint)
                ? new Answer.Json(health.of(endpoint))
                : new Answer.Refusal(404, "endpoint not found");
    }

    @FunctionalInterface
    private interface OfEndpoint {
        Answer answer(EndpointId endpoint) throws Exception;
    }

    private Answer ofEndpoint(Parameters request, OfEndpoint handling) throws Exception {
        EndpointId endpoint = request.endpoint();
        return endpoints.contains(endpoint)
                ? handling.answer(endpoint)
                : new Answer.Refusal(404, "endpoint not found");
    }

    private Answer outlook(Parameters request) throws Exception {
        return ofEndpoint(
                request,
                endpoint ->
                        new Answer.Json(
                                outlook.of(
                                        endpoint,
                                        request.count(SinkApi.PIXELS),
                                        request.count(SinkApi.FRAMES),
                                        health.waiting(endpoint))));
    }

    private Answer pause(Parameters request, boolean paused) throws Exception {
        return ofEndpoint(request, endpoint -> operators.pause(endpoint, request.owner(), paused));
    }

    private Answer drain(Parameters request, boolean draining) throws Exception {
        return ofEndpoint(
                request,
                endpoint ->
                        operators.drain(
                                endpoint,
                                request.owner(),
                                request.worker(),
                                draining,
                                request.onlyEndpoints()));
    }

    private Answer events(Parameters request) throws Exception {
        return live.ofEndpoint(
                request.endpoint(),
                request.owner(),
                request.pathAndQuery(),
                request.isForwarded(),
                request.isResumed());
    }

    private Answer purge(Parameters request) throws Exception {
        EndpointId endpoint = request.endpoint();
        String owner = request.owner();
        if (!endpoints.contains(endpoint)) {
            return new Answer.Refusal(404, "endpoint not found");
        }
        long removed = purge.everywhere(endpoint, owner);
        return new Answer.Json(
                JsonNodeFactory.instance
                        .objectNode()
                        .put("removed", removed)
                        .put("status", "completed"));
    }
}
