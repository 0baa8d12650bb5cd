package io.heritage.gateway.connection;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows an HTTP/1.0 request to the parser, which reads HTTP/1.1 only, as one that closes its
 * connection. nginx's default {@code proxy_pass} and old clients speak 1.0. They can read the
 * replies, since all of them tell their length: one whose head would go out early does not, so it
 * is not asked for.
 */
final class OldRequests implements Supplier<byte[]> {
    private static final int MAX_LINE = 8 << 10;
    private static final int MAX_HEAD = 64 << 10;
    private static final String OLD = "HTTP/1.0";
    private static final Set<String> NOT_PASSED_ON =
            Set.of("connection", "keep-alive", "proxy-connection", RunSyncAnswer.EARLY.lowerCase());

    private final Supplier<byte[]> connection;
    private boolean begun;

    OldRequests(Supplier<byte[]> connection) {
        this.connection = connection;
    }

    /** The next bytes; null at the end. A connection of HTTP/1.0 has one request. */
    @Override
    @SuppressWarnings("NullAway") // the supplier's contract with its reader
    public byte[] get() {
        if (begun) {
            return connection.get();
        }
        begun = true;
        var read = new ByteArrayOutputStream();
        String line = upTo("\n", read, MAX_LINE);
        if (line == null || !line.stripTrailing().endsWith(" " + OLD)) {
            return read.size() == 0 ? null : read.toByteArray();
        }
        String head = upTo("\r\n\r\n", read, MAX_HEAD);
        if (head == null) {
            return read.toByteArray();
        }
        byte[] all = read.toByteArray();
        byte[] shown = asNew(head).getBytes(StandardCharsets.ISO_8859_1);
        var bytes = new ByteArrayOutputStream(shown.length + all.length - head.length());
        bytes.writeBytes(shown);
        bytes.write(all, head.length(), all.length - head.length());
        return bytes.toByteArray();
    }

    /**
     * Reads until {@code end} was seen.
     *
     * @param read what was read so far, and more than asked for
     * @return the text with its end; null if it does not come within the limit
     */
    private @Nullable String upTo(String end, ByteArrayOutputStream read, int limit) {
        while (true) {
            String text = read.toString(StandardCharsets.ISO_8859_1);
            int at = text.indexOf(end);
            if (at >= 0) {
                return text.substring(0, at + end.length());
            }
            byte[] more = read.size() < limit ? connection.get() : null;
            if (more == null) {
                return null;
            }
            read.writeBytes(more);
        }
    }

    /** Adds a missing host: 1.0 does not require one, and browsers do not use 1.0. */
    private static String asNew(String head) {
        List<String> lines = new ArrayList<>(List.of(head.strip().split("\r\n")));
        String first = lines.removeFirst().stripTrailing();
        lines.removeIf(line -> NOT_PASSED_ON.contains(name(line)));
        if (lines.stream().noneMatch(line -> name(line).equals("host"))) {
            lines.add("Host: localhost");
        }
        lines.addFirst(first.substring(0, first.length() - OLD.length()) + "HTTP/1.1");
        lines.add("Connection: close");
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static String name(String line) {
        return line.substring(0, Math.max(0, line.indexOf(':'))).toLowerCase(Locale.ROOT);
    }
}
