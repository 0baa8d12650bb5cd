package io.heritage.standalone.services;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.zip.GZIPInputStream;

/**
 * Takes spans by OTLP over HTTP, as a collector does, and reads as much of the protocol buffers as
 * a test asks for. Another path than {@code /v1/traces} takes webhooks.
 */
final class SpanCollector implements AutoCloseable {
    private static final int LENGTH_DELIMITED = 2;

    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final List<String> raw = new CopyOnWriteArrayList<>();
    private final List<String> hooks = new CopyOnWriteArrayList<>();

    /** Ids in hexadecimal; the parent's is empty if there is none. */
    record Span(String trace, String id, String parent, String name) {}

    SpanCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/traces", this::take);
        server.createContext("/hook", this::called);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Span> spansOf(String trace) {
        return spans.stream().filter(span -> span.trace().equals(trace)).toList();
    }

    /** Everything that came, byte by byte. */
    String everything() {
        return String.join("\n", raw);
    }

    /** What the header {@code traceparent} of each webhook said. */
    List<String> hooks() {
        return hooks;
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean packed =
                    "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            byte[] body =
                    packed
                            ? new GZIPInputStream(exchange.getRequestBody()).readAllBytes()
                            : exchange.getRequestBody().readAllBytes();
            raw.add(new String(body, StandardCharsets.ISO_8859_1));
            // ExportTraceServiceRequest.resource_spans, .scope_spans, .spans
            fields(
                    ByteBuffer.wrap(body),
                    (resource, spansOfResource) -> {
                        if (resource == 1) {
                            fields(
                                    spansOfResource,
                                    (scope, spansOfScope) -> {
                                        if (scope == 2) {
                                            fields(
                                                    spansOfScope,
                                                    (number, span) -> {
                                                        if (number == 2) {
                                                            spans.add(read(span));
                                                        }
                                                    });
                                        }
                                    });
                        }
                    });
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private void called(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            hooks.add(String.valueOf(exchange.getRequestHeaders().getFirst("traceparent")));
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private static Span read(ByteBuffer span) {
        String[] found = {"", "", "", ""};
        fields(
                span,
                (number, value) -> {
                    byte[] bytes = new byte[value.remaining()];
                    value.get(bytes);
                    switch (number) {
                        case 1 -> found[0] = HexFormat.of().formatHex(bytes);
                        case 2 -> found[1] = HexFormat.of().formatHex(bytes);
                        case 4 -> found[2] = HexFormat.of().formatHex(bytes);
                        case 5 -> found[3] = new String(bytes, StandardCharsets.UTF_8);
                        default -> {}
                    }
                });
        return new Span(found[0], found[1], found[2], found[3]);
    }

    /** The fields of a message that have a length; numbers are passed by. */
    private static void fields(ByteBuffer message, BiConsumer<Integer, ByteBuffer> each) {
        while (message.hasRemaining()) {
            long tag = varint(message);
            switch ((int) tag & 7) {
                case 0 -> varint(message);
                case 1 -> message.position(message.position() + 8);
                case LENGTH_DELIMITED -> {
                    int length = (int) varint(message);
                    each.accept((int) tag >>> 3, message.slice(message.position(), length));
                    message.position(message.position() + length);
                }
                case 5 -> message.position(message.position() + 4);
                default -> throw new IllegalArgumentException("no protocol buffers: " + tag);
            }
        }
    }

    private static long varint(ByteBuffer message) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = message.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
