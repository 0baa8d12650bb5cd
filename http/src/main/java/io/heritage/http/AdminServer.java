package io.heritage.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The admin port of one process. Bound to loopback it refuses requests with another {@code Host},
 * so web pages cannot use it.
 */
public final class AdminServer implements AutoCloseable {
    /** Path of the probes. */
    public static final String HEALTH = "/observe/health/";

    public static final String METRICS = "/observe/metrics";
    public static final String SCALING = "/internal/scaling/";

    private static final String JSON = "application/json; charset=utf-8";
    private static final AdminPage NOT_YET =
            (_, _) -> new AdminPage.Reply(503, "{\"error\":\"no sink has started here\"}");

    private final WebServer server;
    private volatile AdminPage scaling = NOT_YET;

    private AdminServer(
            AdminConfig config, Probes probes, Supplier<String> metrics, String metricsType) {
        boolean loopbackOnly = HostNames.isLoopback(config.host());
        this.server =
                WebServer.builder()
                        .host(config.host())
                        .port(config.port())
                        .shutdownHook(false)
                        .useNio(false)
                        .protocolsDiscoverServices(false)
                        .addConnectionSelector(
                                Http1ConnectionSelector.builder()
                                        .config(Http1Config.create())
                                        .build())
                        .routing(routing -> {
                            routing.addFilter(new CloseIfAsked());
                            if (loopbackOnly) {
                                routing.addFilter(AdminServer::refuseOtherNames);
                            }
                            addTo(routing, probes, metrics, metricsType);
                        })
                        .build()
                        .start();
        if (!server.isRunning()) {
            throw new IllegalStateException(
                    "cannot listen on %s port %d".formatted(config.host(), config.port()));
        }
    }

    /**
     * @param metrics the page of numbers, of the type {@code metricsType}
     * @throws IllegalStateException if the port is taken
     */
    public static AdminServer start(
            AdminConfig config, Probes probes, Supplier<String> metrics, String metricsType) {
        return new AdminServer(config, probes, metrics, metricsType);
    }

    /** Sets the handler of {@value #SCALING}, which answers 503 before. */
    public void scaling(AdminPage page) {
        scaling = page;
    }

    public int port() {
        return server.port();
    }

    private void addTo(
            HttpRouting.Builder routing,
            Probes probes,
            Supplier<String> metrics,
            String metricsType) {
        routing.get(HEALTH + "live", (_, response) -> answer(response, probes.isLive()))
                .get(HEALTH + "ready", (_, response) -> answer(response, probes.isReady()))
                .get(HEALTH + "started", (_, response) -> answer(response, probes.isStarted()))
                .get(
                        METRICS,
                        (_, response) -> {
                            response.header(HeaderNames.CONTENT_TYPE, metricsType);
                            response.send(metrics.get());
                        })
                .get(SCALING + "{endpoint}", this::scaling);
    }

    private void scaling(ServerRequest request, ServerResponse response)
            throws InterruptedException {
        AdminPage.Reply reply =
                scaling.of(
                        request.path().pathParameters().get("endpoint"),
                        name ->
                                request.query().contains(name)
                                        ? Optional.of(request.query().get(name))
                                        : Optional.empty());
        send(response, reply.status(), reply.json());
    }

    private static void answer(ServerResponse response, Probes.Outcome outcome) {
        String checks =
                outcome.checks().entrySet().stream()
                        .map(check ->
                                "{\"name\":\"%s\",\"status\":\"%s\"}"
                                        .formatted(check.getKey(), word(check.getValue())))
                        .collect(Collectors.joining(","));
        send(
                response,
                outcome.up() ? 200 : 503,
                "{\"status\":\"%s\",\"checks\":[%s]}".formatted(word(outcome.up()), checks));
    }

    private static String word(boolean up) {
        return up ? "UP" : "DOWN";
    }

    private static void send(ServerResponse response, int status, String json) {
        response.status(Status.create(status));
        response.header(HeaderNames.CONTENT_TYPE, JSON);
        response.send(json);
    }

    private static void refuseOtherNames(
            FilterChain chain, RoutingRequest request, RoutingResponse response) {
        boolean local =
                request.headers()
                        .first(HeaderNames.HOST)
                        .flatMap(HostNames::ofHostHeader)
                        .filter(HostNames::isLoopback)
                        .isPresent();
        if (local && !request.headers().contains(HeaderNames.ORIGIN)) {
            chain.proceed();
        } else {
            response.status(Status.FORBIDDEN_403);
            response.header(HeaderNames.CONTENT_TYPE, JSON);
            response.send("{\"error\":\"this port answers to names of this machine only\"}");
        }
    }

    @Override
    public void close() {
        server.stop();
    }
}
