package io.heritage.standalone.gpu;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongConsumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A package index with wheels, in JSON or HTML, that can cut a connection. */
final class FakeIndex implements AutoCloseable {
    private final HttpServer server =
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, byte[]> wheels = new LinkedHashMap<>();

    /** {@code PATH range=RANGE authorization=VALUE}. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    volatile boolean html;

    /** Runs before a file is sent. */
    volatile Runnable beforeFile = () -> {};

    /** How many answers with a wheel are cut in their middle. */
    volatile int cuts;

    /**
     * Runs before a connection is cut, with the bytes of the wheel so far: a client drops what it
     * has received but not read.
     */
    volatile LongConsumer beforeCut = _ -> {};

    FakeIndex() throws IOException {
        server.createContext("/simple/", this::page);
        server.createContext("/files/", this::file);
        server.setExecutor(threads);
        server.start();
    }

    URI simple() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/simple");
    }

    /** Publishes a wheel with these entries, each its name and content. */
    Wheel publish(String project, String version, Map<String, String> entries, long libraryBytes)
            throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        String file = project.replace('-', '_') + "-" + version + "-py3-none-manylinux.whl";
        wheels.put(file, bytes.toByteArray());
        return new Wheel(project, bytes.size(), libraryBytes, sha256(bytes.toByteArray()), file);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void note(HttpExchange exchange) {
        var headers = exchange.getRequestHeaders();
        asked.add(
                "%s range=%s authorization=%s"
                        .formatted(
                                exchange.getRequestURI().getPath(),
                                headers.getFirst("Range"),
                                headers.getFirst("Authorization")));
    }

    private void page(HttpExchange exchange) throws IOException {
        note(exchange);
        String project = exchange.getRequestURI().getPath().split("/")[2];
        var listing = new StringBuilder();
        wheels.forEach((file, bytes) -> {
            if (file.startsWith(project.replace('-', '_') + "-")) {
                if (!listing.isEmpty() && !html) {
                    listing.append(',');
                }
                String url = "../../files/" + file;
                listing.append(
                        html
                                ? "<a href=\"%s#sha256=%s\" data-x=\"1\">%s</a><br/>\n"
                                        .formatted(url, sha256(bytes), file)
                                : "{\"filename\":\"%s\",\"url\":\"%s\",\"size\":%d,\"hashes\":{\"sha256\":\"%s\"}}"
                                        .formatted(file, url, bytes.length, sha256(bytes)));
            }
        });
        if (listing.isEmpty()) {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
            return;
        }
        String text =
                html
                        ? "<!DOCTYPE html><html><body>" + listing + "</body></html>"
                        : "{\"files\":[" + listing + "]}";
        exchange.getResponseHeaders()
                .set("Content-Type", html ? "text/html" : "application/vnd.pypi.simple.v1+json");
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void file(HttpExchange exchange) throws IOException {
        note(exchange);
        beforeFile.run();
        byte[] all =
                wheels.getOrDefault(exchange.getRequestURI().getPath().split("/")[2], new byte[0]);
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from =
                range == null
                        ? 0
                        : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set(
                            "Content-Range",
                            "bytes %d-%d/%d".formatted(from, all.length - 1, all.length));
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, all.length - from);
        boolean cut = cuts > 0;
        int count = cut ? (all.length - from) / 2 : all.length - from;
        exchange.getResponseBody().write(all, from, count);
        exchange.getResponseBody().flush();
        if (cut) {
            cuts--;
            beforeCut.accept(from + count);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
