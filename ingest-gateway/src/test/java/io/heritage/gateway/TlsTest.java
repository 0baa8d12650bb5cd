package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.gateway.connection.GatewayTls;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.transport.memory.MemoryTransport;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS, and certificates that change while the gateway runs. */
final class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir Path folder;

    private Path certificate() {
        return folder.resolve("cert.pem");
    }

    private Path key() {
        return folder.resolve("key.pem");
    }

    /** A new key and a certificate that signs itself. */
    private X509Certificate writeCertificate(String algorithm) throws Exception {
        return certify(folder, algorithm);
    }

    /** Into {@code cert.pem} and {@code key.pem}. */
    static X509Certificate certify(Path folder, String algorithm) throws Exception {
        Path store = folder.resolve(algorithm + ".p12");
        Path said = folder.resolve("keytool.log");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keyalg",
                                algorithm,
                                "-alias",
                                "a",
                                "-dname",
                                "CN=localhost",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                new String(PASSWORD))
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        try {
            assertThat(keytool.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            keytool.destroyForcibly();
        }
        assertThat(keytool.exitValue()).as(Files.readString(said)).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        var found = (X509Certificate) keys.getCertificate("a");
        write(folder.resolve("key.pem"), "PRIVATE KEY", keys.getKey("a", PASSWORD).getEncoded());
        write(folder.resolve("cert.pem"), "CERTIFICATE", found.getEncoded());
        return found;
    }

    private static void write(Path file, String what, byte[] bytes) throws IOException {
        Files.writeString(
                file,
                "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                        .formatted(what, Base64.getMimeEncoder().encodeToString(bytes), what));
    }

    private Gateway start(FakeSink sink) {
        var d = GatewayFixture.config(sink, true);
        var transport = new MemoryTransport(Clock.systemUTC());
        return Gateway.start(
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
                        d.readTimeout(),
                        Duration.ZERO,
                        d.sinkSecret(),
                        d.limits(),
                        d.mediaUrls(),
                        d.rates(),
                        d.unknownFields(),
                        new GatewayTls(certificate().toString(), key().toString()),
                        d.jobIdSuffix(),
                        d.uploadSecret(),
                        false),
                List.of(EndpointConfig.defaults(new EndpointId("restore"), EndpointKind.RESTORE)),
                transport.media(),
                transport.jobs(),
                transport.events(),
                Clock.systemUTC());
    }

    /** Serial number of the certificate that the gateway shows; it answers a request, too. */
    private static BigInteger shown(Gateway gateway, X509Certificate... trusted)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (X509Certificate one : trusted) {
            store.setCertificateEntry(one.getSerialNumber().toString(), one);
        }
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        TrustManager[] managers = trust.getTrustManagers();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers, null);
        try (var socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(
                            "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200");
            var peer = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return peer.getSerialNumber();
        }
    }

    @Test
    void aCertificateThatIsReplacedIsShownWithoutARestart() throws Exception {
        X509Certificate first = writeCertificate("EC");
        try (var sink = new FakeSink();
                var gateway = start(sink)) {
            assertThat(shown(gateway, first)).isEqualTo(first.getSerialNumber());
            Files.writeString(key(), "in the middle of being written");
            assertThat(shown(gateway, first)).isEqualTo(first.getSerialNumber());
            X509Certificate second = writeCertificate("RSA");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> shown(gateway, first, second).equals(second.getSerialNumber()));
        }
    }

    @Test
    void filesThatAreNoCertificateStopTheStart() throws Exception {
        writeCertificate("EC");
        Files.writeString(key(), "-----BEGIN RSA PRIVATE KEY-----\n");
        assertStartStops("openssl pkcs8");
        assertThatThrownBy(() -> new GatewayTls("cert.pem", ""))
                .hasMessageContaining("both files or neither");
    }

    @Test
    void theKeyOfAnotherCertificateStopsTheStart() throws Exception {
        writeCertificate("EC");
        byte[] first = Files.readAllBytes(key());
        Files.delete(folder.resolve("EC.p12"));
        writeCertificate("EC");
        Files.write(key(), first);
        assertStartStops("the key does not belong to the first certificate");
    }

    private void assertStartStops(String reason) {
        try (var sink = new FakeSink()) {
            assertThatThrownBy(() -> start(sink))
                    .hasMessageContaining("gateway.tls")
                    .hasMessageContaining(reason);
        }
    }
}
