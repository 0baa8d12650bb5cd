package io.heritage.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Stands in for the result sink; keeps what it was asked. */
final class FakeSink implements AutoCloseable {

    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    final List<String> asked = new CopyOnWriteArrayList<>();
    volatile Answer answer =
            exchange -> reply(exchange, 200, bodyFor(exchange.getRequestURI().getPath()));
    private final HttpServer server;

    /** Has the port of a server that is away. */
    private final Socket away = new Socket();

    FakeSink() {
        this(0);
    }

    FakeSink(int port) {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
                    answer.to(exchange);
                });
        server.start();
    }

    /** As the sink answers. */
    private static String bodyFor(String path) {
        return switch (path.substring(path.lastIndexOf('/') + 1)) {
            case "health" ->
                    "{\"jobs\":%s,\"workers\":%s}"
                            .formatted(
                                    zeroes("completed failed inProgress inQueue retried"),
                                    zeroes("idle initializing ready running throttled unhealthy"));
            case "stream", "parts" -> "{\"status\":\"COMPLETED\",\"stream\":[]}";
            case "purge" -> "{\"removed\":0,\"status\":\"completed\"}";
            case "submission" -> "{\"body\":\"00\"}";
            case "models" -> "{\"models\":[]}";
            case "workers" -> "{\"endpoint\":\"restore\",\"paused\":false,\"workers\":[]}";
            case "pause", "resume" -> "{\"endpoint\":\"restore\",\"paused\":true}";
            case "drain", "undrain" ->
                    "{\"id\":\"w\",\"state\":\"idle\",\"endpoints\":[],\"models\":[],\"lastHeartbeat\":\"2026-11-22T10:00:00Z\",\"heartbeatAge\":1}";
            case "outlook" -> "{\"fits\":\"unknown\",\"ahead\":2,\"workers\":0}";
            case "input" -> "{\"id\":\"job-1\",\"inputs\":[]}";
            case "output" -> "{\"id\":\"job-1\",\"outputs\":[]}";
            case "details" ->
                    """
                    {"id":"job-1","status":"COMPLETED","createdAt":"2026-11-22T10:00:00Z","inputs":0,
                     "endpoint":"restore","input":{},"attempts":[],"timeline":[],"stages":[],
                     "policy":{"executionTimeout":5000,"ttl":10000,"lowPriority":false,"reply":"both"}}
                    """;
            case "requests" -> "{\"requests\":[]}";
            case "cancel", "retry", "webhook" -> "{\"id\":\"job-1\",\"status\":\"CANCELLED\"}";
            default -> "{\"status\":\"COMPLETED\"}";
        };
    }

    private static String zeroes(String names) {
        return Stream.of(names.split(" "))
                .map(name -> "\"" + name + "\":0")
                .collect(Collectors.joining(",", "{", "}"));
    }

    static void reply(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** From now on connections are refused; nobody else gets the port until this is closed. */
    void goAway() throws IOException {
        InetSocketAddress address = server.getAddress();
        server.stop(0);
        away.setReuseAddress(true);
        away.bind(address);
    }

    @Override
    public void close() {
        server.stop(0);
        try {
            away.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
