package io.heritage.gateway;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.heritage.console.Console;
import io.heritage.gateway.call.ApiKey;
import io.heritage.gateway.call.Call;
import io.heritage.gateway.call.KeyRing;
import io.heritage.gateway.call.LoopbackGuard;
import io.heritage.gateway.call.MediaTickets;
import io.heritage.gateway.call.Operation;
import io.heritage.gateway.call.RateLimiter;
import io.heritage.gateway.call.RequestHead;
import io.heritage.gateway.call.RequestLog;
import io.heritage.gateway.error.FailureReply;
import io.heritage.gateway.error.HttpFailure;
import io.heritage.gateway.media.MediaOperation;
import io.heritage.gateway.sink.Estimates;
import io.heritage.gateway.sink.SinkOperations;
import io.heritage.gateway.submit.RequestBody;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.InvalidInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** RunPod's operations, each with its checks in the order of docs/spec/runpod.md, section 1.10. */
final class RunPodHandler {
    private static final HeaderName SITE = HeaderNames.create("Sec-Fetch-Site");

    private final GatewayConfig config;
    private final Map<String, EndpointConfig> endpoints;
    private final ApiDescription description;
    private final Console console;
    private final EndpointList list;
    private final KeyRing keys;
    private final MediaTickets tickets;
    private final RateLimiter rates;
    private final LoopbackGuard localNames;
    private final SubmitOperations submissions;
    private final MediaOperation media;
    private final SinkOperations sink;
    private final Estimates estimates;

    RunPodHandler(
            GatewayConfig config,
            Map<String, EndpointConfig> endpoints,
            KeyRing keys,
            RateLimiter rates,
            SubmitOperations submissions,
            SinkOperations sink,
            MediaOperation media,
            Estimates estimates,
            Clock clock) {
        this.config = config;
        this.endpoints = endpoints;
        this.description = new ApiDescription(config.basePath());
        this.console = new Console(config.basePath());
        this.list = new EndpointList(endpoints.values(), description);
        this.keys = keys;
        this.tickets =
                new MediaTickets(
                        config.sinkSecret(),
                        config.basePath(),
                        config.tls().enabled(),
                        keys,
                        clock);
        this.rates = rates;
        this.localNames = new LoopbackGuard(config.allowedHosts(), config.corsOrigins());
        this.submissions = submissions;
        this.sink = sink;
        this.media = media;
        this.estimates = estimates;
    }

    /**
     * @param log learns who called for what
     * @throws HttpFailure if the answer is an error
     */
    void handle(ServerRequest request, ServerResponse response, RequestBody body, RequestLog log)
            throws IOException, InvalidInput {
        if (keys.isEmpty()) {
            localNames.check(
                    RequestHead.field(request, HeaderNames.HOST),
                    RequestHead.field(request, HeaderNames.ORIGIN),
                    isPage(request) ? "" : RequestHead.fieldOrEmpty(request, SITE));
        }
        if (description.answer(request, response)
                || console.answer(request, response)
                || tickets.end(request, response)) {
            return;
        }
        Optional<ApiKey> byTicket = tickets.keyOf(request);
        ApiKey key =
                byTicket.orElseGet(
                        () -> keys.keyOf(RequestHead.field(request, HeaderNames.AUTHORIZATION)));
        if (MediaTickets.isAskedFor(request)) {
            ticket(key, byTicket.isPresent(), request, response);
            return;
        }
        String owner = key.ownerName();
        log.calledBy(owner);
        if (list.answer(key, byTicket.isPresent(), request, response)) {
            return;
        }
        Call call =
                Call.parse(
                        RequestHead.method(request),
                        config.basePath(),
                        request.prologue().uriPath().rawPath(),
                        endpoints);
        log.calls(call);
        if (byTicket.isPresent() && !call.operation().isOfFiles()) {
            throw HttpFailure.unauthorized();
        }
        key.requireAllowed(call);
        rates.count(key, call.operation());
        switch (call.operation()) {
            case RUN, BATCH -> submissions.run(call, key, request, response, body, log);
            case RUNSYNC ->
                    submissions.runSync(call.endpoint(), owner, request, response, body, log);
            case STATUS -> sink.status(call, owner, request, response);
            case STATUS_SYNC -> sink.statusSync(call, owner, request, response);
            case STREAM -> {
                if (wantsEvents(request)) {
                    sink.partEvents(call, owner, request, response);
                } else {
                    sink.stream(call, owner, request, response);
                }
            }
            case OUTPUT, INPUT -> sink.files(call, owner, request, response);
            case CANCEL -> sink.cancel(call, owner, request, response);
            case RETRY -> sink.retry(call, owner, request, response);
            case WEBHOOK -> sink.webhook(call, owner, request, response);
            case PURGE_QUEUE -> sink.purge(call, owner, request, response);
            case REQUESTS -> sink.requests(call, owner, request, response);
            case EVENTS -> sink.events(call, owner, request, response);
            case ESTIMATE -> estimate(call.endpoint(), response, body, log);
            case WORKERS -> sink.workers(call, owner, key, response);
            case MODELS -> sink.models(call, response);
            case PAUSE, RESUME -> sink.pause(call, owner, response);
            case HEALTH -> sink.health(call, request, response);
            case MEDIA -> media(call, owner, request, response, body, log);
        }
    }

    private void ticket(
            ApiKey key, boolean byTicket, ServerRequest request, ServerResponse response) {
        if (byTicket) { // a ticket is not extended without the key
            throw HttpFailure.unauthorized();
        }
        if (!RequestHead.method(request).equals("POST")) {
            throw new HttpFailure(
                    405,
                    MediaTickets.PATH + " takes POST and DELETE",
                    Map.of("Allow", "POST, DELETE"));
        }
        rates.count(key, Operation.OUTPUT);
        tickets.answer(key, request, response);
    }

    private void media(
            Call call,
            String owner,
            ServerRequest request,
            ServerResponse response,
            RequestBody content,
            RequestLog log)
            throws IOException, InvalidInput {
        String method = RequestHead.method(request);
        if (method.equals("POST") && call.next().isEmpty()) {
            content.read(
                    config.maxMediaBytes(),
                    log,
                    body -> media.post(owner, request, response, body));
        } else if (method.equals("PUT") || method.equals("POST")) {
            content.read(
                    config.maxMediaBytes(),
                    log,
                    body -> media.put(call.next(), owner, request, response, body));
        } else {
            String reference =
                    call.next().orElseThrow(() -> HttpFailure.notFound("media not found"));
            media.get(reference, owner, request, response);
        }
    }

    private void estimate(
            EndpointConfig endpoint, ServerResponse response, RequestBody content, RequestLog log)
            throws IOException, InvalidInput {
        content.read(
                Estimates.MOST_BYTES,
                log,
                body -> {
                    byte[] json =
                            estimates
                                    .of(endpoint, body.readAllBytes())
                                    .toString()
                                    .getBytes(StandardCharsets.UTF_8);
                    response.header(HeaderNames.CONTENT_TYPE, FailureReply.JSON);
                    response.send(json);
                });
    }

    /** A link on another site may lead to the console. */
    private static boolean isPage(ServerRequest request) {
        return request.prologue().uriPath().rawPath().equals("/");
    }

    private static boolean wantsEvents(ServerRequest request) {
        return RequestHead.fieldOrEmpty(request, HeaderNames.ACCEPT)
                .startsWith("text/event-stream");
    }
}
