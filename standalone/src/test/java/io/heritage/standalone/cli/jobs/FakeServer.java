package io.heritage.standalone.cli.jobs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Answers each path as it is told to, and 404 otherwise. */
public final class FakeServer implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, Deque<Answer>> firstAnswers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Map<String, String> bodies = new ConcurrentHashMap<>();

    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String silentOn = "";
    private volatile String silentWithin = "";
    private final Map<String, Runnable> onceAsked = new ConcurrentHashMap<>();

    private record Answer(int status, String body, How how) {}

    /** What comes of an answer. */
    private enum How {
        WHOLE,
        /** Half of it. */
        BROKEN_OFF,
        /** Nothing. */
        LOST
    }

    public FakeServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    bodies.put(
                            exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                            new String(body, StandardCharsets.UTF_8));
                    String asked = exchange.getRequestMethod() + " " + exchange.getRequestURI();
                    requests.add(
                            asked + " " + exchange.getRequestHeaders().getFirst("Authorization"));
                    onceAsked.getOrDefault(asked, () -> {}).run();
                    if (asked.equals(silentOn)) {
                        awaitClose();
                    }
                    answer(exchange, next(asked), asked.equals(silentWithin));
                });
        server.start();
    }

    private Answer next(String asked) {
        Deque<Answer> first = firstAnswers.get(asked);
        Answer once = first == null ? null : first.poll();
        return once != null
                ? once
                : answers.getOrDefault(
                        asked, new Answer(404, "{\"error\":\"job not found\"}", How.WHOLE));
    }

    private void answer(HttpExchange exchange, Answer answer, boolean silent) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        if (answer.how() != How.LOST) {
            exchange.sendResponseHeaders(answer.status(), body.length);
            int sent = answer.how() == How.WHOLE && !silent ? body.length : body.length / 2;
            exchange.getResponseBody().write(body, 0, sent);
            exchange.getResponseBody().flush();
        }
        if (silent) {
            awaitClose();
        }
        exchange.close();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /**
     * @param asked such as {@code GET /v2/restore/health}
     */
    public FakeServer on(String asked, int status, String body) {
        answers.put(asked, new Answer(status, body, How.WHOLE));
        return this;
    }

    /** Before what it answers otherwise. */
    public FakeServer once(String asked, int status, String body) {
        return once(asked, new Answer(status, body, How.WHOLE));
    }

    /** The same; the answer breaks off half way. */
    public FakeServer brokenOnce(String asked, int status, String body) {
        return once(asked, new Answer(status, body, How.BROKEN_OFF));
    }

    /** The connection is closed without an answer, twice: the JDK repeats a lost GET by itself. */
    public FakeServer lostOnce(String asked) {
        var lost = new Answer(0, "", How.LOST);
        return once(asked, lost).once(asked, lost);
    }

    private FakeServer once(String asked, Answer answer) {
        firstAnswers.computeIfAbsent(asked, _ -> new ConcurrentLinkedDeque<>()).add(answer);
        return this;
    }

    /** Takes this request and says nothing. */
    public FakeServer silentOn(String asked) {
        silentOn = asked;
        return this;
    }

    /** Takes this request, begins to answer and says no more. */
    FakeServer silentWithin(String asked) {
        silentWithin = asked;
        return this;
    }

    /** What happens before the answer to this request. */
    FakeServer onceAsked(String asked, Runnable happens) {
        onceAsked.put(asked, happens);
        return this;
    }

    private void awaitClose() {
        try {
            var _ = closed.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What was sent with the last such request. */
    public String body(String asked) {
        return bodies.getOrDefault(asked, "");
    }

    public List<String> requests() {
        return requests;
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
