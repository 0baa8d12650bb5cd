package io.heritage.standalone.download;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A hub that answers as Hugging Face does: what is in large file storage by a redirect to another
 * host, whose connections can be cut.
 */
final class FakeHub implements AutoCloseable {
    private final Path part;
    private final HttpServer hub = server();
    private final HttpServer cdn = server();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);

    /** {@code METHOD PATH token=TOKEN range=RANGE if-range=ETAG}, of both hosts. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    volatile byte[] content = {};

    /** Value of {@code X-Linked-Etag}; empty: the hub serves the file itself. */
    volatile String linkedEtag = "";

    volatile String etag = "\"v1\"";
    volatile boolean ranges = true;

    /** The hub answers this instead; 0: it does not. */
    volatile int refusal;

    /** How many answers with content are cut in their middle. */
    volatile int cuts;

    /** Instead of being cut the connection stays and brings nothing. */
    volatile boolean stalls;

    /** Runs when half of an answer that is cut has arrived. */
    volatile Runnable halfway = () -> {};

    /**
     * @param part where the client keeps what has come: a client drops what it has received but not
     *     read of a connection that is cut, so each cut waits until all that was sent is there
     */
    FakeHub(Path part) throws IOException {
        this.part = part;
        hub.createContext("/", this::answerAsHub);
        cdn.createContext(
                "/",
                exchange -> {
                    note("cdn", exchange);
                    sendContent(exchange);
                });
        hub.setExecutor(threads);
        cdn.setExecutor(threads);
        hub.start();
        cdn.start();
    }

    private static HttpServer server() throws IOException {
        return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + hub.getAddress().getPort());
    }

    private void note(String host, HttpExchange exchange) {
        var headers = exchange.getRequestHeaders();
        asked.add(
                "%s %s %s token=%s range=%s if-range=%s"
                        .formatted(
                                host,
                                exchange.getRequestMethod(),
                                exchange.getRequestURI().getPath(),
                                headers.getFirst("Authorization"),
                                headers.getFirst("Range"),
                                headers.getFirst("If-Range")));
    }

    private void answerAsHub(HttpExchange exchange) throws IOException {
        note("hub", exchange);
        if (refusal != 0) {
            exchange.getResponseHeaders().set("X-Error-Message", "as it says");
            exchange.sendResponseHeaders(refusal, -1);
            exchange.close();
        } else if (linkedEtag.isEmpty()) {
            sendContent(exchange);
        } else {
            var headers = exchange.getResponseHeaders();
            headers.set("X-Linked-Etag", '"' + linkedEtag + '"');
            headers.set("X-Linked-Size", Integer.toString(content.length));
            headers.set(
                    "Location",
                    "http://127.0.0.1:" + cdn.getAddress().getPort() + "/signed?secret=1");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        }
    }

    private void sendContent(HttpExchange exchange) throws IOException {
        byte[] all = content;
        exchange.getResponseHeaders().set("ETag", etag);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(all.length));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
            return;
        }
        int from = from(exchange);
        if (from > all.length) {
            exchange.sendResponseHeaders(416, -1);
            exchange.close();
            return;
        }
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set(
                            "Content-Range",
                            "bytes %d-%d/%d".formatted(from, all.length - 1, all.length));
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, all.length - from);
        send(exchange, all, from);
    }

    private void send(HttpExchange exchange, byte[] all, int from) throws IOException {
        boolean cut = cuts > 0;
        int count = cut ? (all.length - from) / 2 : all.length - from;
        OutputStream body = exchange.getResponseBody();
        body.write(all, from, count);
        body.flush();
        if (cut) {
            cuts--;
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> part.toFile().length() >= from + count);
            halfway.run();
            if (stalls) {
                waitForTheEnd();
            }
        }
        exchange.close();
    }

    private void waitForTheEnd() {
        try {
            closing.await(5, TimeUnit.MINUTES);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** As If-Range has it: a part only of the version that was named. */
    private int from(HttpExchange exchange) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        String validator = exchange.getRequestHeaders().getFirst("If-Range");
        boolean sameVersion = validator == null || validator.equals(etag);
        return ranges && range != null && sameVersion
                ? Integer.parseInt(range.substring("bytes=".length(), range.length() - 1))
                : 0;
    }

    @Override
    public void close() {
        closing.countDown();
        hub.stop(0);
        cdn.stop(0);
        threads.close();
    }
}
