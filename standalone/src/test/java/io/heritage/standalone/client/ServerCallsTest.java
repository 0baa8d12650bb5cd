package io.heritage.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls to a server that is slow, silent, or breaks off. */
class ServerCallsTest {
    /** More than sockets hold, so that the server has to take it. */
    private static final int UPLOAD = 48 << 20;

    private static final int SLICE = 4 << 20;
    private static final int SLOW_SLICES = 5;

    /** After which it is given up that is to be. */
    private static final Duration LIMIT = Duration.ofMillis(400);

    /** So long nothing pauses that goes on, however busy the machine is. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final CountDownLatch over = new CountDownLatch(1);
    private ServerCalls calls = within(PATIENCE, PATIENCE);
    private ServerSocket server;

    /** Serves one connection. */
    private interface Service {
        void serve(Socket client) throws Exception;
    }

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        over.countDown();
        calls.close();
        server.close();
    }

    private static ServerCalls within(Duration answer, Duration silence) {
        return new ServerCalls(
                URI.create("http://127.0.0.1"), Optional.empty(), new CallLimits(answer, silence));
    }

    private void limitTo(Duration answer, Duration silence) {
        calls.close();
        calls = within(answer, silence);
    }

    private void serve(Service service) {
        Thread.ofVirtual()
                .start(() -> {
                    try (Socket client = server.accept()) {
                        service.serve(client);
                    } catch (Exception _) {
                        over.countDown();
                    }
                });
    }

    private static void readHead(InputStream in) throws IOException {
        int newlines = 0;
        while (newlines < 2) {
            int c = in.read();
            newlines = c == '\n' ? newlines + 1 : c == '\r' ? newlines : 0;
        }
    }

    private void answer(String reply) {
        serve(client -> {
            readHead(client.getInputStream());
            client.getOutputStream().write(reply.getBytes(StandardCharsets.UTF_8));
        });
    }

    private HttpRequest.Builder get() {
        return calls.request(uri()).GET();
    }

    private HttpRequest.Builder upload() {
        return calls.request(uri())
                .POST(
                        BodyPublishers.fromPublisher(
                                BodyPublishers.ofInputStream(Zeros::new), UPLOAD));
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
    }

    /** {@link #UPLOAD} of them. */
    private static final class Zeros extends InputStream {
        private int left = UPLOAD;

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int read = Math.min(length, left);
            left -= read;
            return read > 0 || length == 0 ? read : -1;
        }
    }

    /** The first byte that a client of TLS sends says "handshake". */
    @Test
    void anHttpsUrlIsAskedOverTls() throws Exception {
        var first = new ArrayBlockingQueue<Integer>(1);
        serve(client -> first.add(client.getInputStream().read()));
        URI https = URI.create("https://127.0.0.1:" + server.getLocalPort() + "/");

        try (var secure = new ServerCalls(https, Optional.empty())) {
            assertThatThrownBy(() -> secure.json(secure.request(https).GET(), "there"))
                    .isInstanceOf(ServerUnreachable.class);
        }

        assertThat(first.poll(1, TimeUnit.MINUTES)).isEqualTo(22);
    }

    @Test
    void anUploadMayTakeLongAsLongAsTheServerTakesIt() throws Exception {
        Duration limit = Duration.ofSeconds(4);
        limitTo(limit, limit);
        serve(client -> {
            InputStream in = client.getInputStream();
            readHead(in);
            for (int slice = 0; slice < UPLOAD / SLICE; slice++) {
                if (slice < SLOW_SLICES) { // together longer than the limit
                    var _ = over.await(limit.toMillis() / 4, TimeUnit.MILLISECONDS);
                }
                in.skipNBytes(SLICE);
            }
            client.getOutputStream()
                    .write(
                            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
                                    .getBytes(StandardCharsets.UTF_8));
        });
        long begun = System.nanoTime();

        JsonNode reply = calls.json(upload(), "it");

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(limit);
        assertThat(reply.isObject()).isTrue();
    }

    @Test
    void aServerThatTakesNothingOfAnUploadIsGivenUp() {
        limitTo(PATIENCE, LIMIT);
        serve(_ -> {
            var _ = over.await(1, TimeUnit.MINUTES);
        });

        assertThatThrownBy(() -> calls.json(upload(), "it"))
                .isInstanceOf(ServerUnreachable.class)
                .hasMessageStartingWith("it does not answer: it has read nothing of the request");
    }

    @Test
    void aServerThatNeverAnswersIsGivenUp() {
        limitTo(LIMIT, PATIENCE);
        serve(_ -> {
            var _ = over.await(1, TimeUnit.MINUTES);
        });

        assertThatThrownBy(() -> calls.json(get(), "it"))
                .isInstanceOf(ServerUnreachable.class)
                .hasMessageStartingWith("it does not answer: no answer for");
    }

    @Test
    void aReplyThatFallsSilentIsNone() {
        limitTo(PATIENCE, LIMIT);
        serve(client -> {
            readHead(client.getInputStream());
            client.getOutputStream()
                    .write(
                            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\":"
                                    .getBytes(StandardCharsets.UTF_8));
            var _ = over.await(1, TimeUnit.MINUTES);
        });
        assertThatThrownBy(() -> calls.json(get(), "it"))
                .isInstanceOf(ServerUnreachable.class)
                .hasMessageContaining("it: the reply is incomplete: no data for");
    }

    @Test
    void aReplyThatBreaksOffOrCannotBeReadIsNone() {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\":");
        assertThatThrownBy(() -> calls.json(get(), "it"))
                .isInstanceOf(ServerUnreachable.class)
                .hasMessageContaining("it: the reply is incomplete: ");
        answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{\"a\":");
        assertThatThrownBy(() -> calls.json(get(), "it"))
                .isInstanceOf(ServerUnreachable.class)
                .hasMessageContaining("it: the reply cannot be read");
        answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assertThatThrownBy(() -> calls.json(get(), "it"))
                .isInstanceOf(ServerUnreachable.class)
                .hasMessage("it: the reply is empty");
    }

    @Test
    void aRefusalWhoseTextBreaksOffIsStillOne() {
        answer("HTTP/1.1 413 Too Large\r\nContent-Length: 99\r\n\r\n{\"error\":");

        assertThatThrownBy(() -> calls.json(get(), "it"))
                .isInstanceOfSatisfying(
                        ServerRefused.class, refused -> assertThat(refused.status()).isEqualTo(413))
                .hasMessage("it answers 413: (its explanation is incomplete)");
    }
}
