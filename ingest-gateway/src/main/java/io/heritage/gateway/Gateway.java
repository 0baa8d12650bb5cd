package io.heritage.gateway;

import io.helidon.common.socket.SocketOptions;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.heritage.http.InternalSecret;
import io.heritage.observe.Meters;
import io.heritage.schemas.EndpointConfig;
import io.heritage.transport.log.EventLog;
import io.heritage.transport.log.JobLog;
import io.heritage.transport.media.MediaStore;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server in front of everything, from {@link #start} to {@link #close}. */
public final class Gateway implements AutoCloseable {
    static final String JSON = "application/json; charset=utf-8";

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private final WebServer server;
    private final SinkClient sink;
    private final ClientConnections connections;
    private final UrlMedia urls;

    private Gateway(
            WebServer server, SinkClient sink, ClientConnections connections, UrlMedia urls) {
        this.urls = urls;
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
        return start(config, endpoints, store, jobs, events, Meters.none(), clock);
    }

    /** As above, and records what clients ask for. */
    public static Gateway start(
            GatewayConfig config,
            List<EndpointConfig> endpoints,
            MediaStore store,
            JobLog jobs,
            EventLog events,
            Meters meters,
            Clock clock) {
        var sink = new SinkClient(config.sink(), new InternalSecret(config.sinkSecret()));
        GatewayLimits limits = config.limits();
        boolean severalOwners = config.keys().size() > 1;
        var connections = new ClientConnections(config.readTimeout(), limits);
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
        var submission =
                new JobSubmission(
                        store,
                        new SubmissionReader(store, turns, config.maxJsonBytes()),
                        new NamedMedia(stored, urls),
                        jobs,
                        events,
                        memory,
                        clock);
        var handler =
                new RunPodHandler(
                        config, byId(endpoints), submission, media, sink, connections, clock);
        var front =
                new ErrorFilter(
                        handler,
                        new CorsFilter(config.corsOrigins()),
                        connections,
                        new RequestMeters(meters));
        WebServer server =
                WebServer.builder()
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
                        .directHandlers(jsonErrors())
                        .addRouting(HttpRouting.builder().any(front))
                        .build()
                        .start();
        LOG.atInfo()
                .addKeyValue("host", config.host())
                .addKeyValue("port", server.port())
                .addKeyValue("keys", config.keys().size())
                .log("gateway accepts requests");
        return new Gateway(server, sink, connections, urls);
    }

    public int port() {
        return server.port();
    }

    /** A connection is idle a moment after its client has the whole answer. */
    long idleConnections() {
        return connections.idle();
    }

    /**
     * Stops accepting, answers waiting calls with the present state of their jobs, and lets other
     * requests finish within the grace time. Jobs are not touched.
     */
    @Override
    public void close() {
        sink.drain();
        server.stop();
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

    /** For requests so broken that they reach no handler. */
    private static DirectHandlers jsonErrors() {
        DirectHandler json =
                (request, event, status, headers, message) ->
                        DirectHandler.TransportResponse.builder()
                                .status(status)
                                .headers(headers)
                                .header(HeaderNames.CONTENT_TYPE, JSON)
                                .keepAlive(event.keepAlive())
                                .entity(
                                        "HEAD".equals(request.method())
                                                ? new byte[0]
                                                : FailureReply.envelope(
                                                        status.equals(
                                                                        Status
                                                                                .INTERNAL_SERVER_ERROR_500)
                                                                ? "internal error; see the gateway's log"
                                                                : message))
                                .build();
        var handlers = DirectHandlers.builder();
        for (DirectHandler.EventType event : DirectHandler.EventType.values()) {
            handlers.addHandler(event, json);
        }
        return handlers.build();
    }
}
