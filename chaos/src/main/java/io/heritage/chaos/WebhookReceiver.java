package io.heritage.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.heritage.chaos.Observation.Hooked;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/** A client's server for webhooks; refuses the first call of every fifth job. */
final class WebhookReceiver implements AutoCloseable {
    private static final int REFUSED_OF = 5;

    private final HttpServer server;
    private final ObservationLog log;
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    private WebhookReceiver(HttpServer server, ObservationLog log) {
        this.server = server;
        this.log = log;
    }

    static WebhookReceiver start(ObservationLog log) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        var receiver = new WebhookReceiver(server, log);
        server.createContext("/hook/", receiver::take);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return receiver;
    }

    String address(String tag) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook/" + tag;
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream in = exchange.getRequestBody()) {
            JsonNode body = JobOutput.JSON.readTree(in);
            String tag = exchange.getRequestURI().getPath().substring("/hook/".length());
            boolean taken = tag.hashCode() % REFUSED_OF != 0 || !refused.add(tag);
            String status = body.path("status").asText("");
            exchange.sendResponseHeaders(taken ? 200 : 500, -1);
            log.add(
                    new Hooked(
                            log.now(),
                            body.path("id").asText(""),
                            status,
                            status.equals("COMPLETED") ? JobOutput.parts(body) : List.of(),
                            body.path("error").asText(""),
                            taken));
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
