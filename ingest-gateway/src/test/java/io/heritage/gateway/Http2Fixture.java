package io.heritage.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.gateway.connection.GatewayTls;
import io.heritage.gateway.limit.GatewayLimits;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.transport.memory.MemoryTransport;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that speaks HTTP/2, and a client that sends single frames. */
abstract class Http2Fixture {
    static final String KEY = "hk-correct-horse";
    static final Duration SOON = Duration.ofSeconds(60);

    @TempDir Path folder;
    final FakeSink sink = new FakeSink();
    final MemoryTransport transport = new MemoryTransport(Clock.systemUTC());
    final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
        sink.close();
    }

    Gateway start(GatewayTls tls, GatewayLimits limits, Duration readTimeout) {
        GatewayConfig d = GatewayFixture.config(sink, true);
        Gateway gateway =
                Gateway.start(
                        new GatewayConfig(
                                d.host(),
                                0,
                                d.basePath(),
                                d.sink(),
                                d.maxRunBytes(),
                                d.maxRunSyncBytes(),
                                d.maxJsonBytes(),
                                d.maxMediaBytes(),
                                d.keys(),
                                d.allowedHosts(),
                                d.corsOrigins(),
                                readTimeout,
                                Duration.ZERO,
                                d.sinkSecret(),
                                limits,
                                d.mediaUrls(),
                                d.rates(),
                                d.unknownFields(),
                                tls,
                                d.jobIdSuffix(),
                                d.uploadSecret(),
                                true),
                        List.of(
                                EndpointConfig.defaults(
                                        new EndpointId("restore"), EndpointKind.RESTORE)),
                        transport.media(),
                        transport.jobs(),
                        transport.events(),
                        Clock.systemUTC());
        open.add(gateway);
        return gateway;
    }

    /** With the certificate that was made in the test's folder. */
    Gateway encrypted(GatewayLimits limits) {
        return start(
                new GatewayTls(
                        folder.resolve("cert.pem").toString(),
                        folder.resolve("key.pem").toString()),
                limits,
                Duration.ofSeconds(60));
    }

    Gateway plain() {
        return start(GatewayTls.defaults(), GatewayLimits.defaults(), Duration.ofSeconds(60));
    }

    /** Trusts anybody: what is tested is the protocol, not the certificate. */
    static HttpClient trusting() throws Exception {
        var anybody =
                new X509TrustManager() {
                    @Override
                    public void checkClientTrusted(X509Certificate[] chain, String type) {}

                    @Override
                    public void checkServerTrusted(X509Certificate[] chain, String type) {}

                    @Override
                    public X509Certificate[] getAcceptedIssuers() {
                        return new X509Certificate[0];
                    }
                };
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {anybody}, null);
        SSLParameters parameters = context.getDefaultSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("");
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(context)
                .sslParameters(parameters)
                .build();
    }

    static HttpRequest.Builder request(Gateway gateway, String scheme, String path) {
        return HttpRequest.newBuilder(
                        URI.create("%s://localhost:%d%s".formatted(scheme, gateway.port(), path)))
                .header("Authorization", "Bearer " + KEY)
                .timeout(SOON);
    }

    /** All but {@code /health} is answered late. */
    void hold(CompletableFuture<Void> release) {
        FakeSink.Answer usual = sink.answer;
        sink.answer =
                exchange -> {
                    if (!exchange.getRequestURI().getPath().endsWith("health")) {
                        release.orTimeout(20, TimeUnit.SECONDS).join();
                    }
                    usual.to(exchange);
                };
    }

    /** As little of HTTP/2 as a test needs: values of header fields are written as literals. */
    static final class Frames implements AutoCloseable {
        private static final int DATA = 0;
        private static final int HEADERS = 1;
        private static final int RST_STREAM = 3;
        private static final int SETTINGS = 4;
        private static final int GO_AWAY = 7;
        private static final int END_STREAM = 1;
        private static final int END_HEADERS = 4;

        /** Indexes of HPACK's static table; Helidon takes pseudo-headers by them only. */
        private static final int AUTHORITY = 1;

        private static final int METHOD = 2;
        private static final int PATH = 4;
        private static final int SCHEME = 6;
        private static final int AUTHORIZATION = 23;

        /** Index of {@code :status} in HPACK's static table, by status. */
        private static final Map<Integer, Integer> STATUS =
                Map.of(0x88, 200, 0x8c, 400, 0x8d, 404, 0x8e, 500);

        private final Socket socket;
        private final OutputStream out;
        private Optional<ByteArrayOutputStream> collected = Optional.empty();
        final DataInputStream in;

        Frames(Gateway gateway) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
            socket.setSoTimeout((int) SOON.toMillis());
            socket.setTcpNoDelay(true);
            out = socket.getOutputStream();
            in = new DataInputStream(socket.getInputStream());
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
            frame(SETTINGS, 0, 0, new byte[0]);
        }

        private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
            var frame = new ByteArrayOutputStream();
            frame.write(payload.length >> 16);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
            frame.write(type);
            frame.write(flags);
            for (int shift = 24; shift >= 0; shift -= 8) {
                frame.write(stream >> shift);
            }
            frame.writeBytes(payload);
            if (collected.isPresent()) {
                collected.get().writeBytes(frame.toByteArray());
                return;
            }
            try {
                out.write(frame.toByteArray());
                out.flush();
            } catch (IOException ended) {
                if (stream == 0) {
                    throw ended;
                }
            }
        }

        /** For streams that are opened from now on. */
        void closeWindow() throws IOException {
            frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
        }

        /** Waits for it, and passes by what else comes. */
        boolean hasReset(int stream) throws IOException {
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                in.readUnsignedByte();
                int of = in.readInt();
                in.readNBytes(length);
                if (type == RST_STREAM && of == stream) {
                    return true;
                }
            }
        }

        /** From now on frames are kept. */
        void collect() {
            collected = Optional.of(new ByteArrayOutputStream());
        }

        void sendTogether() throws IOException {
            out.write(collected.orElseThrow().toByteArray());
            out.flush();
            collected = Optional.empty();
        }

        void request(int stream, String method, String path, boolean last) throws IOException {
            var block = new ByteArrayOutputStream();
            field(block, METHOD, method);
            field(block, SCHEME, "http");
            field(block, PATH, path);
            field(block, AUTHORITY, "localhost");
            block.write(0x0f); // and so many more than 15 is the index of authorization
            field(block, AUTHORIZATION - 15, "Bearer " + KEY);
            frame(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, block.toByteArray());
        }

        /** Not to be kept in the table, the name by its index. */
        private static void field(ByteArrayOutputStream block, int name, String value) {
            block.write(name);
            assertThat(value.length()).isLessThan(127); // longer ones have longer lengths
            block.write(value.length());
            block.writeBytes(value.getBytes(US_ASCII));
        }

        void data(int stream, String text, boolean last) throws IOException {
            frame(DATA, last ? END_STREAM : 0, stream, text.getBytes(UTF_8));
        }

        void reset(int stream) throws IOException {
            frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
        }

        /** Passes by what else comes. */
        int statusOf(int stream) throws IOException {
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                in.readUnsignedByte();
                int of = in.readInt();
                byte[] payload = in.readNBytes(length);
                if (type == HEADERS && of == stream) {
                    return STATUS.getOrDefault(payload[0] & 0xff, 0);
                }
                assertThat(type)
                        .as("of stream %d: %s", of, HexFormat.of().formatHex(payload))
                        .isNotIn(RST_STREAM, GO_AWAY);
            }
        }

        /** The gateway closes the connection, whatever it says before. */
        void awaitEnd() throws IOException {
            try {
                while (in.read() >= 0) {
                    continue;
                }
            } catch (EOFException | SocketException reset) {
                assertThat(reset).isNotNull(); // as good as an end
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
