package io.heritage.gateway;

import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.heritage.gateway.call.ApiKey;
import io.heritage.gateway.call.KeyRing;
import io.heritage.gateway.call.RateLimiter;
import io.heritage.gateway.call.RequestMeters;
import io.heritage.gateway.connection.CertificateFiles;
import io.heritage.gateway.connection.ClientConnections;
import io.heritage.gateway.connection.GzipBodies;
import io.heritage.gateway.connection.RequestTarget;
import io.heritage.gateway.error.FailureReply;
import io.heritage.gateway.limit.BodyMemory;
import io.heritage.gateway.limit.GatewayLimits;
import io.heritage.gateway.limit.UploadTurns;
import io.heritage.gateway.media.MediaOperation;
import io.heritage.gateway.media.MediaUploads;
import io.heritage.gateway.media.MediaUrls;
import io.heritage.gateway.media.NamedMedia;
import io.heritage.gateway.media.StoredMediaIndex;
import io.heritage.gateway.media.UrlMedia;
import io.heritage.gateway.runsync.HeardByAll;
import io.heritage.gateway.runsync.JobTail;
import io.heritage.gateway.sink.Estimates;
import io.heritage.gateway.sink.SinkClient;
import io.heritage.gateway.sink.SinkOperations;
import io.heritage.gateway.submit.BatchSubmission;
import io.heritage.gateway.submit.JobSubmission;
import io.heritage.gateway.submit.OwnerTurns;
import io.heritage.gateway.submit.QueueLimit;
import io.heritage.gateway.submit.SubmissionReader;
import io.heritage.http.InternalSecret;
import io.heritage.observe.Meters;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.UploadSecret;
import io.heritage.transport.log.EventLog;
import io.heritage.transport.log.JobLog;
import io.heritage.transport.log.Subscription;
import io.heritage.transport.media.MediaStore;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server in front of everything, from {@link #start} to {@link #close}. */
public final class Gateway implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private final WebServer server;
    private final SinkClient sink;
    private final JobTail tail;
    private final Subscription following;
    private final ClientConnections connections;
    private final UrlMedia urls;
    private final BodyMemory memory;

    private final GatewayConfig config;
    private final KeyRing keys;

    private Gateway(
            GatewayConfig config,
            KeyRing keys,
            WebServer server,
            SinkClient sink,
            JobTail tail,
            Subscription following,
            ClientConnections connections,
            UrlMedia urls,
            BodyMemory memory) {
        this.config = config;
        this.keys = keys;
        this.tail = tail;
        this.following = following;
        this.urls = urls;
        this.memory = memory;
        this.connections = connections;
        this.server = server;
        this.sink = sink;
    }

    /**
     * Returns when requests are accepted.
     *
     * @param store not closed by the gateway, nor are the logs
     */
    public static Gateway start(
            GatewayConfig config,
            List<EndpointConfig> endpoints,
            MediaStore store,
            JobLog jobs,
            EventLog events,
            Clock clock) {
        return start(config, endpoints, store, jobs, events, Meters.none(), Traces.none(), clock);
    }

    /** As above, and records metrics and spans of requests. */
    public static Gateway start(
            GatewayConfig config,
            List<EndpointConfig> endpoints,
            MediaStore store,
            JobLog jobs,
            EventLog events,
            Meters meters,
            Traces traces,
            Clock clock) {
        var sink = new SinkClient(config.sink(), new InternalSecret(config.sinkSecret()));
        var tail = new JobTail();
        var keys = new KeyRing(config.keys());
        var lanes = new OwnerTurns(jobs, keys);
        GatewayLimits limits = config.limits();
        BooleanSupplier severalOwners = keys::hasSeveralOwners;
        var connections = new ClientConnections(config.readTimeout(), limits, config.http2());
        var turns = new UploadTurns(limits.uploads(), limits.uploadPatience(), severalOwners);
        var memory = new BodyMemory(limits.bodyMemory(), severalOwners);
        MediaUrls urlLimits = config.mediaUrls();
        var urls =
                new UrlMedia(
                        urlLimits,
                        store,
                        turns,
                        new UploadTurns(
                                urlLimits.atOnce(), limits.uploadPatience(), severalOwners));
        var stored = new StoredMediaIndex(store, clock);
        var media = new MediaOperation(new MediaUploads(store, turns, memory, clock), stored);
        var named = new NamedMedia(stored, urls);
        var submission =
                new JobSubmission(
                        store,
                        new SubmissionReader(store, turns, config.maxJsonBytes()),
                        named,
                        lanes,
                        events,
                        memory,
                        config.unknownFields(),
                        new UploadSecret(config.uploadSecret()),
                        clock);
        var rates = new RateLimiter(config.rates(), System::nanoTime);
        var submissions =
                new SubmitOperations(
                        config,
                        rates,
                        new QueueLimit(config.rates().queued(), sink),
                        submission,
                        new BatchSubmission(
                                store,
                                submission,
                                named,
                                events,
                                memory,
                                config.unknownFields(),
                                clock),
                        sink,
                        tail,
                        connections,
                        clock);
        var handler =
                new RunPodHandler(
                        config,
                        byId(endpoints),
                        keys,
                        rates,
                        submissions,
                        new SinkOperations(sink, tail, connections),
                        media,
                        new Estimates(sink),
                        clock);
        var front =
                new ErrorFilter(
                        handler,
                        new CorsFilter(config.corsOrigins()),
                        connections,
                        new RequestMeters(meters),
                        traces);
        var tls = Tls.builder().enabled(config.tls().enabled());
        if (config.tls().enabled()) {
            tls.sslContext(new CertificateFiles(config.tls()).context());
        }
        WebServer server =
                WebServer.builder()
                        .tls(tls.build())
                        .host(config.host())
                        .port(config.port())
                        .useNio(false) // these write in 8 KiB steps
                        .protocolsDiscoverServices(false)
                        .addConnectionSelector(connections.selector())
                        .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
                        .shutdownGracePeriod(config.shutdownGrace())
                        .shutdownHook(false)
                        .contentEncoding(
                                ContentEncodingContext.builder()
                                        .contentEncodingsDiscoverServices(false)
                                        .addContentEncoding(new GzipBodies())
                                        .build())
                        .errorHandling(ErrorHandling.builder().includeEntity(true).build())
                        .directHandlers(jsonErrors(connections))
                        .addRouting(HttpRouting.builder().any(front))
                        .build()
                        .start();
        LOG.atInfo()
                .addKeyValue("host", config.host())
                .addKeyValue("port", server.port())
                .addKeyValue("keys", config.keys().size())
                .log("gateway accepts requests");
        Subscription following =
                events.follow(jobs.areLanesShared() ? new HeardByAll(List.of(tail, lanes)) : tail);
        return new Gateway(config, keys, server, sink, tail, following, connections, urls, memory);
    }

    public int port() {
        return server.port();
    }

    /** A connection is idle a moment after its client has the whole answer. */
    long idleConnections() {
        return connections.idle();
    }

    /** Bytes of heap that request bodies hold while they are read. */
    long bodyMemoryUsed() {
        return memory.used();
    }

    /** Requests of HTTP/2 that hold a thread. */
    long streams() {
        return connections.streams();
    }

    /** Connections of clients, idle ones included. */
    long openConnections() {
        return connections.open();
    }

    /**
     * Replaces the keys; requests in progress continue. Jobs belong to owners, which may have other
     * keys now.
     *
     * @throws IllegalArgumentException if they cannot be the keys of this gateway
     */
    public void useKeys(List<ApiKey> others) {
        if (others.isEmpty() && !config.keys().isEmpty()) {
            throw new IllegalArgumentException(
                    "gateway.keys: a gateway with keys needs a restart to run without keys");
        }
        keys.replace(config.withKeys(others).keys());
        LOG.atInfo().addKeyValue("keys", others.size()).log("keys replaced");
    }

    /**
     * Stops accepting, answers waiting calls with the present state of their jobs, and lets other
     * requests finish within the grace time. Jobs are not touched.
     */
    @Override
    public void close() {
        tail.drain();
        sink.drain();
        server.stop();
        following.close();
        sink.close();
        urls.close();
        connections.close();
    }

    private static Map<String, EndpointConfig> byId(List<EndpointConfig> endpoints) {
        return endpoints.stream()
                .collect(
                        Collectors.toUnmodifiableMap(
                                endpoint -> endpoint.id().value(), Function.identity()));
    }

    /** Message for a request that the server does not understand. */
    private static String inOurWords(String message, String target) {
        return message.equals("Unsupported content encoding")
                ? "Content-Encoding: expected gzip, or none"
                : RequestTarget.problem(target, message);
    }

    private static String textOf(
            Status status,
            boolean unreadable,
            String message,
            DirectHandler.TransportRequest request) {
        if (unreadable) {
            return RequestTarget.NOT_HTTP;
        }
        return status.equals(Status.INTERNAL_SERVER_ERROR_500)
                ? "internal error; see the gateway's log"
                : inOurWords(message, request.path());
    }

    /** For requests that are too malformed to reach a handler. */
    private static DirectHandlers jsonErrors(ClientConnections connections) {
        DirectHandler json =
                (request, event, status, headers, message) -> {
                    connections.lingerIfAlone();
                    // The server takes some request lines that it cannot read for errors of its
                    // own.
                    boolean unreadable =
                            status.equals(Status.INTERNAL_SERVER_ERROR_500)
                                    && !request.path().startsWith("/");
                    return DirectHandler.TransportResponse.builder()
                            .status(unreadable ? Status.BAD_REQUEST_400 : status)
                            .headers(headers)
                            .header(HeaderNames.CONTENT_TYPE, FailureReply.JSON)
                            .keepAlive(event.keepAlive())
                            .entity(
                                    "HEAD".equals(request.method())
                                            ? new byte[0]
                                            : FailureReply.envelope(
                                                    textOf(status, unreadable, message, request)))
                            .build();
                };
        var handlers = DirectHandlers.builder();
        for (DirectHandler.EventType event : DirectHandler.EventType.values()) {
            handlers.addHandler(event, json);
        }
        return handlers.build();
    }
}
