package io.heritage.standalone.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Answers each path as it is told to, and 404 otherwise. */
final class FakeServer implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String silentOn = "";

    private record Answer(int status, String body) {}

    FakeServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    String asked = exchange.getRequestMethod() + " " + exchange.getRequestURI();
                    requests.add(
                            asked + " " + exchange.getRequestHeaders().getFirst("Authorization"));
                    if (asked.equals(silentOn)) {
                        awaitClose();
                    }
                    Answer answer =
                            answers.getOrDefault(
                                    asked, new Answer(404, "{\"error\":\"job not found\"}"));
                    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(answer.status(), body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /**
     * @param asked such as {@code GET /v2/restore/health}
     */
    FakeServer on(String asked, int status, String body) {
        answers.put(asked, new Answer(status, body));
        return this;
    }

    /** Takes this request and says nothing. */
    FakeServer silentOn(String asked) {
        silentOn = asked;
        return this;
    }

    private void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    List<String> requests() {
        return requests;
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
