package io.heritage.gateway;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.heritage.console.Console;
import io.heritage.http.Relay;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.SinkApi;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** RunPod's operations, each with its checks in the order of docs/spec/runpod.md, section 1.10. */
final class RunPodHandler {
    /** What is odd about a request that was accepted. */
    static final HeaderName WARNING = HeaderNames.create("X-Heritage-Warning");

    static final HeaderName JOB_ID = HeaderNames.create("X-Heritage-Job-Id");

    private static final HeaderName SITE = HeaderNames.create("Sec-Fetch-Site");
    private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(90);

    /** RunPod's is 10 s, which is when its own Python client gives up. */
    private static final Duration DEFAULT_STREAM_WAIT = Duration.ofSeconds(5);

    /** For the sink to read what the log has told already. */
    private static final Duration FOLDED_WITHIN = Duration.ofSeconds(2);

    private final GatewayConfig config;
    private final Map<String, EndpointConfig> endpoints;
    private final ApiDescription description;
    private final Console console;
    private final EndpointList list;
    private final KeyRing keys;
    private final MediaTickets tickets;
    private final RateLimiter rates;
    private final QueueLimit queues;
    private final LoopbackGuard localNames;
    private final JobSubmission submission;
    private final BatchSubmission batches;
    private final MediaOperation media;
    private final SinkClient sink;
    private final Estimates estimates;
    private final JobTail tail;
    private final ClientConnections connections;
    private final Clock clock;

    RunPodHandler(
            GatewayConfig config,
            Map<String, EndpointConfig> endpoints,
            KeyRing keys,
            RateLimiter rates,
            QueueLimit queues,
            JobSubmission submission,
            BatchSubmission batches,
            MediaOperation media,
            SinkClient sink,
            JobTail tail,
            ClientConnections connections,
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
        this.queues = queues;
        this.localNames = new LoopbackGuard(config.allowedHosts(), config.corsOrigins());
        this.submission = submission;
        this.batches = batches;
        this.media = media;
        this.sink = sink;
        this.estimates = new Estimates(sink);
        this.tail = tail;
        this.connections = connections;
        this.clock = clock;
    }

    /**
     * @param log learns who called for what
     * @throws HttpFailure if the answer is an error
     */
    void handle(ServerRequest request, ServerResponse response, RequestBody body, RequestLog log)
            throws IOException, InvalidInput {
        if (keys.isEmpty()) {
            localNames.check(
                    header(request, HeaderNames.HOST),
                    header(request, HeaderNames.ORIGIN),
                    isPage(request) ? "" : headerOf(request, SITE));
        }
        if (description.answer(request, response)
                || console.answer(request, response)
                || tickets.end(request, response)) {
            return;
        }
        Optional<ApiKey> byTicket = tickets.keyOf(request);
        ApiKey key =
                byTicket.orElseGet(() -> keys.keyOf(header(request, HeaderNames.AUTHORIZATION)));
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
                        request.prologue().method().text(),
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
            case RUN, BATCH -> run(call, key, request, response, body, log);
            case RUNSYNC -> runSync(call.endpoint(), owner, request, response, body, log);
            case STATUS -> status(call, owner, request, response);
            case STATUS_SYNC -> statusSync(call, owner, request, response);
            case STREAM -> {
                if (wantsEvents(request)) {
                    events(call, owner, request, response);
                } else {
                    stream(call, owner, request, response);
                }
            }
            case OUTPUT, INPUT -> files(call, owner, request, response);
            case CANCEL ->
                    relay(sink.cancel(job(call), call.endpoint().id(), owner), request, response);
            case RETRY -> retry(call, owner, request, response);
            case WEBHOOK ->
                    relay(
                            sink.callAgain(job(call), call.endpoint().id(), owner),
                            request,
                            response);
            case PURGE_QUEUE -> relay(sink.purge(call.endpoint().id(), owner), request, response);
            case REQUESTS -> requests(call, owner, request, response);
            case EVENTS -> events(call, owner, request, response);
            case ESTIMATE -> estimate(call.endpoint(), request, response, body, log);
            case WORKERS -> workers(call, owner, key, response);
            case MODELS -> Relay.pass(sink.models(call.endpoint().id()), response);
            case PAUSE, RESUME ->
                    Relay.pass(
                            sink.pause(
                                    call.endpoint().id(),
                                    owner,
                                    call.operation() == Operation.PAUSE),
                            response);
            case HEALTH -> pass(sink.health(call.endpoint().id()), request, response);
            case MEDIA -> media(call, owner, request, response, body, log);
        }
    }

    private void ticket(
            ApiKey key, boolean byTicket, ServerRequest request, ServerResponse response) {
        if (byTicket) { // none is prolonged without the key
            throw HttpFailure.unauthorized();
        }
        if (!request.prologue().method().text().equals("POST")) {
            throw new HttpFailure(
                    405,
                    MediaTickets.PATH + " takes POST and DELETE",
                    Map.of("Allow", "POST, DELETE"));
        }
        rates.count(key, Operation.OUTPUT);
        tickets.answer(key, request, response);
    }

    /** One job, or many. */
    private void run(
            Call call,
            ApiKey caller,
            ServerRequest request,
            ServerResponse response,
            RequestBody content,
            RequestLog log)
            throws IOException, InvalidInput {
        EndpointConfig endpoint = call.endpoint();
        String owner = caller.ownerName();
        boolean batch = call.operation() == Operation.BATCH;
        JobId id =
                keyOf(request)
                        .map(key -> batch ? key.ofBatch() : key)
                        .map(key -> idOf(key, false, owner, endpoint))
                        .orElseGet(() -> JobId.forRun(clock, config.jobIdSuffix()));
        submit(
                batch ? batchesOf(caller) : submission::submit,
                id,
                endpoint,
                owner,
                request,
                response,
                batch ? BatchReader.MOST_BYTES : config.maxRunBytes(),
                content,
                log,
                _ -> {});
        response.header(JOB_ID, id.value());
        response.header(HeaderNames.CONTENT_TYPE, Gateway.JSON);
        response.send(queued(id));
    }

    /** A batch counts as its jobs. */
    private Submitting batchesOf(ApiKey caller) {
        return (id, endpoint, owner, body, keyed) ->
                batches.submit(
                        id,
                        endpoint,
                        owner,
                        body,
                        keyed,
                        jobs -> {
                            rates.countMore(caller, Operation.BATCH, jobs - 1);
                            queues.require(endpoint.id(), jobs);
                        });
    }

    private JobId idOf(IdempotencyKey key, boolean sync, String owner, EndpointConfig endpoint) {
        return JobId.forKey(sync, owner, endpoint.id(), key.value(), config.jobIdSuffix());
    }

    private void runSync(
            EndpointConfig endpoint,
            String owner,
            ServerRequest request,
            ServerResponse response,
            RequestBody content,
            RequestLog log)
            throws IOException, InvalidInput {
        Optional<IdempotencyKey> key = keyOf(request);
        JobId id =
                key.map(named -> idOf(named, true, owner, endpoint))
                        .orElseGet(() -> JobId.forRunSync(clock, config.jobIdSuffix()));
        // of a job with a key much may have been written before
        try (JobTail.Place place = key.isPresent() ? JobTail.Place.NONE : tail.register(id)) {
            long arrivedAt =
                    submit(
                            submission::submit,
                            id,
                            endpoint,
                            owner,
                            request,
                            response,
                            config.maxRunSyncBytes(),
                            content,
                            log,
                            place::submitted);
            response.header(JOB_ID, id.value());
            var answer = RunSyncAnswer.begin(request, response);
            Duration wait = QueryNumbers.waitOf(request, DEFAULT_WAIT);
            Optional<byte[]> heard =
                    place.await(
                            wait.minusNanos(System.nanoTime() - arrivedAt), connections.current());
            if (heard.isPresent()) {
                answer.send(heard.get());
            } else {
                askTheSink(id, endpoint, owner, wait, arrivedAt, answer);
            }
        }
    }

    private void askTheSink(
            JobId id,
            EndpointConfig endpoint,
            String owner,
            Duration wait,
            long arrivedAt,
            RunSyncAnswer answer)
            throws IOException {
        Optional<HttpResponse<InputStream>> said =
                sink.await(
                        id,
                        endpoint.id(),
                        owner,
                        wait.minusNanos(System.nanoTime() - arrivedAt),
                        true,
                        connections.current());
        if (said.isPresent()) {
            answer.pass(said.get());
        } else {
            answer.send(queued(id));
        }
    }

    /** What makes jobs of a body: {@link JobSubmission#submit} and its like. */
    @FunctionalInterface
    private interface Submitting {
        JobSubmission.Receipt submit(
                JobId id, EndpointConfig endpoint, String owner, BodyStream body, boolean keyed)
                throws IOException, InvalidInput;
    }

    /**
     * When the request had arrived, by {@link System#nanoTime()}: Kafka may have been slow since.
     *
     * @param written hears of the job once it is durable
     */
    private long submit(
            Submitting submitting,
            JobId id,
            EndpointConfig endpoint,
            String owner,
            ServerRequest request,
            ServerResponse response,
            long maxBytes,
            RequestBody content,
            RequestLog log,
            Consumer<Job> written)
            throws IOException, InvalidInput {
        queues.require(endpoint.id());
        return reading(
                request,
                maxBytes,
                content,
                log,
                body -> {
                    boolean keyed = keyOf(request).isPresent();
                    JobSubmission.Receipt submitted =
                            submitting.submit(id, endpoint, owner, body, keyed);
                    written.accept(submitted.job());
                    if (keyed) {
                        requireSameBody(id, endpoint, owner, submitted.bodyHash());
                    }
                    if (!submitted.warning().isEmpty()) {
                        response.header(WARNING, submitted.warning());
                    }
                    log.submitted(id);
                });
    }

    private static Optional<IdempotencyKey> keyOf(ServerRequest request) {
        return IdempotencyKey.parse(header(request, HeaderNames.create(IdempotencyKey.HEADER)));
    }

    /** The first of the submissions with this id in the log is the job. */
    private void requireSameBody(JobId id, EndpointConfig endpoint, String owner, String hash) {
        String first = sink.submission(id, endpoint.id(), owner, connections.current());
        if (!first.equals(hash)) {
            throw new HttpFailure(
                    409,
                    IdempotencyKey.HEADER
                            + ": the job of this key was submitted with another body; take another"
                            + " key for another request",
                    Map.of());
        }
    }

    /** What is done with a body. */
    @FunctionalInterface
    private interface BodyReader {
        void read(BodyStream body) throws IOException, InvalidInput;
    }

    /** When the last of the body came, by {@link System#nanoTime()}. */
    private long reading(
            ServerRequest request,
            long maxBytes,
            RequestBody content,
            RequestLog log,
            BodyReader reader)
            throws IOException, InvalidInput {
        long length = request.headers().contentLength().orElse(-1);
        BodyStream.checkSize(length, maxBytes);
        ClientConnection client = connections.current();
        var body = new BodyStream(content.stream(), client, maxBytes, length);
        client.inBody(true);
        try {
            reader.read(body);
            return body.arrivedAt();
        } finally {
            client.inBody(false);
            log.received(body.count());
        }
    }

    private void media(
            Call call,
            String owner,
            ServerRequest request,
            ServerResponse response,
            RequestBody content,
            RequestLog log)
            throws IOException, InvalidInput {
        String method = request.prologue().method().text();
        if (method.equals("POST") && call.next().isEmpty()) {
            reading(
                    request,
                    config.maxMediaBytes(),
                    content,
                    log,
                    body -> media.post(owner, request, response, body));
        } else if (method.equals("PUT") || method.equals("POST")) {
            reading(
                    request,
                    config.maxMediaBytes(),
                    content,
                    log,
                    body -> media.put(call.next(), owner, request, response, body));
        } else {
            String reference =
                    call.next().orElseThrow(() -> HttpFailure.notFound("media not found"));
            media.get(reference, owner, request, response);
        }
    }

    /** What RunPod answers for a job that is not finished; the job is durable. */
    private static byte[] queued(JobId id) {
        return "{\"id\":\"%s\",\"status\":\"IN_QUEUE\"}"
                .formatted(id)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void status(Call call, String owner, ServerRequest request, ServerResponse response) {
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

    /** An end that a client was told is known to the sink before it is asked what follows. */
    private void retry(Call call, String owner, ServerRequest request, ServerResponse response)
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

    private Duration foldedWithin(JobId id) {
        return tail.mayHaveEnded(id) ? FOLDED_WITHIN : Duration.ZERO;
    }

    private static void pass(
            HttpResponse<InputStream> answer, ServerRequest request, ServerResponse response) {
        if (isHead(request)) {
            Relay.passHead(answer, response);
        } else {
            relay(answer, request, response);
        }
    }

    private static void relay(
            HttpResponse<InputStream> answer, ServerRequest request, ServerResponse response) {
        Relay.pass(answer, response, body -> GzipReplies.encoded(request, response, body));
    }

    static boolean isHead(ServerRequest request) {
        return request.prologue().method().text().equals("HEAD");
    }

    private void statusSync(
            Call call, String owner, ServerRequest request, ServerResponse response) {
        relay(
                sink.await(
                                job(call),
                                call.endpoint().id(),
                                owner,
                                QueryNumbers.waitOf(request, DEFAULT_WAIT),
                                false,
                                connections.current())
                        .orElseThrow(RunPodHandler::sinkAway),
                request,
                response);
    }

    private void stream(Call call, String owner, ServerRequest request, ServerResponse response) {
        relay(
                sink.stream(
                                job(call),
                                call.endpoint().id(),
                                owner,
                                QueryNumbers.waitOf(request, DEFAULT_STREAM_WAIT),
                                QueryNumbers.from(request),
                                connections.current())
                        .orElseThrow(RunPodHandler::sinkAway),
                request,
                response);
    }

    private void files(Call call, String owner, ServerRequest request, ServerResponse response) {
        var question = new LinkedHashMap<String, String>();
        call.next().ifPresent(file -> question.put(SinkApi.FILE, file));
        boolean ofFrame = call.more().size() > 1;
        if (ofFrame) {
            question.put(SinkApi.FRAME, call.more().getLast());
            question.put(SinkApi.MAX, request.query().first(SinkApi.MAX).orElse(""));
        }
        question.put(SinkApi.RANGE, headerOf(request, HeaderNames.RANGE));
        question.put(SinkApi.IF_RANGE, headerOf(request, HeaderNames.IF_RANGE));
        question.put(SinkApi.IF_NONE_MATCH, headerOf(request, HeaderNames.IF_NONE_MATCH));
        pass(
                sink.files(
                        job(call),
                        call.operation() == Operation.INPUT ? SinkApi.INPUT : SinkApi.OUTPUT,
                        call.endpoint().id(),
                        owner,
                        isHead(request),
                        ofFrame,
                        question),
                request,
                response);
    }

    private void requests(Call call, String owner, ServerRequest request, ServerResponse response) {
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

    private void estimate(
            EndpointConfig endpoint,
            ServerRequest request,
            ServerResponse response,
            RequestBody content,
            RequestLog log)
            throws IOException, InvalidInput {
        reading(
                request,
                Estimates.MOST_BYTES,
                content,
                log,
                body -> {
                    byte[] json =
                            estimates
                                    .of(endpoint, body.readAllBytes())
                                    .toString()
                                    .getBytes(StandardCharsets.UTF_8);
                    response.header(HeaderNames.CONTENT_TYPE, Gateway.JSON);
                    response.send(json);
                });
    }

    private void workers(Call call, String owner, ApiKey key, ServerResponse response) {
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

    /** A link on another site may lead to the console. */
    private static boolean isPage(ServerRequest request) {
        return request.prologue().uriPath().rawPath().equals("/");
    }

    private static boolean wantsEvents(ServerRequest request) {
        return headerOf(request, HeaderNames.ACCEPT).startsWith("text/event-stream");
    }

    private void events(Call call, String owner, ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.create("X-Accel-Buffering"), "no"); // nginx holds them back
        HttpResponse<InputStream> events =
                sink.events(
                        call.job(),
                        call.endpoint().id(),
                        owner,
                        !headerOf(request, LAST_EVENT_ID).isEmpty());
        connections.current().watch(() -> Relay.cut(events));
        relay(events, request, response);
    }

    /** Empty if absent. */
    private static String headerOf(ServerRequest request, HeaderName name) {
        String value = header(request, name);
        return value == null ? "" : value;
    }

    private static HttpFailure sinkAway() {
        return HttpFailure.unavailable("the result sink does not answer; jobs continue, try again");
    }

    private static JobId job(Call call) {
        return call.job().orElseThrow();
    }

    private static @Nullable String header(ServerRequest request, HeaderName name) {
        return request.headers().contains(name) ? request.headers().get(name).get() : null;
    }
}
