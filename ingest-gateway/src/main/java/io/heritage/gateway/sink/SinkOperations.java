package io.heritage.gateway.sink;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.heritage.gateway.call.ApiKey;
import io.heritage.gateway.call.Call;
import io.heritage.gateway.call.Operation;
import io.heritage.gateway.call.QueryNumbers;
import io.heritage.gateway.call.RequestHead;
import io.heritage.gateway.connection.ClientConnections;
import io.heritage.gateway.connection.GzipReplies;
import io.heritage.gateway.error.HttpFailure;
import io.heritage.gateway.runsync.JobTail;
import io.heritage.http.Relay;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.JobId;
import io.heritage.schemas.SinkApi;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Operations that the result sink answers; its answer is passed on. */
public final class SinkOperations {
    private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");

    /** RunPod's is 10 s, which is when its own Python client gives up. */
    private static final Duration DEFAULT_STREAM_WAIT = Duration.ofSeconds(5);

    /** Time for the sink to read events that this gateway has read already. */
    private static final Duration FOLDED_WITHIN = Duration.ofSeconds(2);

    private final SinkClient sink;
    private final JobTail tail;
    private final ClientConnections connections;

    public SinkOperations(SinkClient sink, JobTail tail, ClientConnections connections) {
        this.sink = sink;
        this.tail = tail;
        this.connections = connections;
    }

    public void status(Call call, String owner, ServerRequest request, ServerResponse response) {
        OptionalLong ttl = QueryNumbers.number(request, "ttl");
        pass(
                sink.status(
                        job(call),
                        call.endpoint().id(),
                        owner,
                        ttl.isPresent() ? OptionalLong.of(Math.max(0, ttl.getAsLong())) : ttl,
                        foldedWithin(job(call))),
                request,
                response);
    }

    /** Waits first until the sink knows an end that the client was told. */
    public void retry(Call call, String owner, ServerRequest request, ServerResponse response)
            throws IOException {
        JobId id = job(call);
        Duration patience = foldedWithin(id);
        if (patience.isPositive()) {
            sink.status(id, call.endpoint().id(), owner, OptionalLong.empty(), patience)
                    .body()
                    .close();
        }
        relay(sink.retry(id, call.endpoint().id(), owner), request, response);
    }

    public void statusSync(
            Call call, String owner, ServerRequest request, ServerResponse response) {
        relay(
                sink.await(
                                job(call),
                                call.endpoint().id(),
                                owner,
                                QueryNumbers.waitOf(request, QueryNumbers.DEFAULT_WAIT),
                                false,
                                connections.current())
                        .orElseThrow(SinkOperations::sinkAway),
                request,
                response);
    }

    public void stream(Call call, String owner, ServerRequest request, ServerResponse response) {
        relay(
                sink.stream(
                                job(call),
                                call.endpoint().id(),
                                owner,
                                QueryNumbers.waitOf(request, DEFAULT_STREAM_WAIT),
                                QueryNumbers.from(request),
                                connections.current())
                        .orElseThrow(SinkOperations::sinkAway),
                request,
                response);
    }

    public void files(Call call, String owner, ServerRequest request, ServerResponse response) {
        var question = new LinkedHashMap<String, String>();
        call.next().ifPresent(file -> question.put(SinkApi.FILE, file));
        boolean ofFrame = call.more().size() > 1;
        if (ofFrame) {
            question.put(SinkApi.FRAME, call.more().getLast());
            question.put(SinkApi.MAX, request.query().first(SinkApi.MAX).orElse(""));
        }
        question.put(SinkApi.RANGE, RequestHead.fieldOrEmpty(request, HeaderNames.RANGE));
        question.put(SinkApi.IF_RANGE, RequestHead.fieldOrEmpty(request, HeaderNames.IF_RANGE));
        question.put(
                SinkApi.IF_NONE_MATCH,
                RequestHead.fieldOrEmpty(request, HeaderNames.IF_NONE_MATCH));
        pass(
                sink.files(
                        job(call),
                        call.operation() == Operation.INPUT ? SinkApi.INPUT : SinkApi.OUTPUT,
                        call.endpoint().id(),
                        owner,
                        RequestHead.isHead(request),
                        ofFrame,
                        question),
                request,
                response);
    }

    public void requests(Call call, String owner, ServerRequest request, ServerResponse response) {
        EndpointId endpoint = call.endpoint().id();
        relay(
                call.job().isPresent()
                        ? sink.details(job(call), endpoint, owner)
                        : sink.list(
                                endpoint,
                                owner,
                                Stream.of(
                                                SinkApi.STATUS,
                                                SinkApi.TEXT,
                                                SinkApi.CURSOR,
                                                SinkApi.LIMIT)
                                        .filter(request.query()::contains)
                                        .collect(
                                                Collectors.toMap(
                                                        Function.identity(),
                                                        request.query()::get))),
                request,
                response);
    }

    public void cancel(Call call, String owner, ServerRequest request, ServerResponse response) {
        relay(sink.cancel(job(call), call.endpoint().id(), owner), request, response);
    }

    /** Calls the webhook of a finished job once more. */
    public void webhook(Call call, String owner, ServerRequest request, ServerResponse response) {
        relay(sink.callAgain(job(call), call.endpoint().id(), owner), request, response);
    }

    public void purge(Call call, String owner, ServerRequest request, ServerResponse response) {
        relay(sink.purge(call.endpoint().id(), owner), request, response);
    }

    public void health(Call call, ServerRequest request, ServerResponse response) {
        pass(sink.health(call.endpoint().id()), request, response);
    }

    public void models(Call call, ServerResponse response) {
        Relay.pass(sink.models(call.endpoint().id()), response);
    }

    /** Pauses an endpoint, or resumes it. */
    public void pause(Call call, String owner, ServerResponse response) {
        boolean paused = call.operation() == Operation.PAUSE;
        Relay.pass(sink.pause(call.endpoint().id(), owner, paused), response);
    }

    public void workers(Call call, String owner, ApiKey key, ServerResponse response) {
        EndpointId endpoint = call.endpoint().id();
        Relay.pass(
                call.more().isEmpty()
                        ? sink.workers(endpoint, owner)
                        : sink.drain(
                                endpoint,
                                owner,
                                call.more().getFirst(),
                                call.more().getLast().equals(Operation.DRAIN),
                                key.endpoints()),
                response);
    }

    public void events(Call call, String owner, ServerRequest request, ServerResponse response) {
        relayEvents(
                sink.events(
                        call.job(),
                        call.endpoint().id(),
                        owner,
                        !RequestHead.fieldOrEmpty(request, LAST_EVENT_ID).isEmpty()),
                request,
                response);
    }

    /** {@code /stream} as server-sent events. */
    public void partEvents(
            Call call, String owner, ServerRequest request, ServerResponse response) {
        relayEvents(
                sink.partEvents(
                        job(call),
                        call.endpoint().id(),
                        owner,
                        QueryNumbers.from(request),
                        RequestHead.fieldOrEmpty(request, LAST_EVENT_ID)),
                request,
                response);
    }

    private void relayEvents(
            HttpResponse<InputStream> events, ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.create("X-Accel-Buffering"), "no"); // nginx holds them back
        connections.current().watch(() -> Relay.cut(events));
        relay(events, request, response);
    }

    private static HttpFailure sinkAway() {
        return HttpFailure.unavailable("the result sink does not answer; jobs continue, try again");
    }

    private static JobId job(Call call) {
        return call.job().orElseThrow();
    }

    private Duration foldedWithin(JobId id) {
        return tail.mayHaveEnded(id) ? FOLDED_WITHIN : Duration.ZERO;
    }

    private static void pass(
            HttpResponse<InputStream> answer, ServerRequest request, ServerResponse response) {
        if (RequestHead.isHead(request)) {
            Relay.passHead(answer, response);
        } else {
            relay(answer, request, response);
        }
    }

    private static void relay(
            HttpResponse<InputStream> answer, ServerRequest request, ServerResponse response) {
        Relay.pass(answer, response, body -> GzipReplies.encoded(request, response, body));
    }
}
