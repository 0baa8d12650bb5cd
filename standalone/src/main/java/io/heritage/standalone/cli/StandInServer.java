package io.heritage.standalone.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;

/**
 * Answers every request of a command with the same job. It loads no classes of a real server,
 * because loaded classes go into the commands' cache.
 */
final class StandInServer implements AutoCloseable {
    static final String JOB = "stand-in-u1";

    private static final int SILENCE_MILLIS = 5_000;
    private static final int LONGEST_HEAD = 16 << 10;
    private static final String FACTS =
            """
            "id": "%s", "status": "CANCELLED", "createdAt": "2026-01-01T00:00:00Z",
            "executionTime": 1500, "delayTime": 20, "workerId": "w"
            """
                    .formatted(JOB);
    private static final byte[] ANSWER =
            """
            {%s, "endpoints": [{"id": "restore"}], "requests": [{%s}],
             "jobs": {"inQueue": 0}, "workers": [{"id": "w", "state": "idle"}]}
            """
                    .formatted(FACTS, FACTS)
                    .getBytes(UTF_8);

    private final ServerSocket socket;
    private final Thread thread;

    private StandInServer(ServerSocket socket) {
        this.socket = socket;
        this.thread = Thread.ofPlatform().daemon().name("stand-in").unstarted(this::serve);
    }

    static StandInServer start() throws IOException {
        var server = new StandInServer(new ServerSocket(0, 8, InetAddress.getLoopbackAddress()));
        server.thread.start();
        return server;
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    /** Serves one request per connection until it is closed. */
    private void serve() {
        while (true) {
            try (Socket connection = socket.accept()) {
                connection.setSoTimeout(SILENCE_MILLIS);
                answer(new BufferedInputStream(connection.getInputStream()), connection);
            } catch (IOException e) {
                if (socket.isClosed()) {
                    return;
                }
                throw new UncheckedIOException("the stand-in for a server failed", e);
            }
        }
    }

    private static void answer(InputStream in, Socket connection) throws IOException {
        in.skipNBytes(lengthIn(head(in)));
        OutputStream out = connection.getOutputStream();
        String head =
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                        + "Content-Length: "
                        + ANSWER.length
                        + "\r\n\r\n";
        out.write(head.getBytes(ISO_8859_1));
        out.write(ANSWER);
        out.flush();
    }

    /** Reads up to the empty line. */
    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0 || head.size() > LONGEST_HEAD) {
                throw new IOException("no request: " + head.size() + " bytes");
            }
            head.write(next);
        }
        return head.toString(ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    private static long lengthIn(String head) {
        return head.lines()
                .filter(line -> line.startsWith("content-length:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
