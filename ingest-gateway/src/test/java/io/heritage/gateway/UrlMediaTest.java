package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.heritage.gateway.limit.UploadTurns;
import io.heritage.gateway.media.MediaUrls;
import io.heritage.gateway.media.UrlMedia;
import io.heritage.http.UrlGuard;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.MediaRef;
import io.heritage.transport.memory.MemoryTransport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Media that a request names by URL. */
final class UrlMediaTest {
    private static final byte[] CLIP = "a clip".getBytes(StandardCharsets.UTF_8);

    private final MemoryTransport transport = new MemoryTransport(Clock.systemUTC());
    private final FakeSink server = new FakeSink();
    private final String base = "http://files.example:" + server.port();
    private final UploadTurns turns = new UploadTurns(4, Duration.ofSeconds(5), () -> false);
    private UrlMedia urls = urls(Set.of("files.example"), Duration.ofSeconds(20));

    private UrlMedia urls(Set<String> privateHosts, Duration timeLimit) {
        return urls(privateHosts, timeLimit, _ -> local());
    }

    private UrlMedia urls(
            Set<String> privateHosts, Duration timeLimit, UrlGuard.Resolver resolver) {
        var config =
                new MediaUrls(
                        true, 1_000, timeLimit, 4, Set.of("image/png", "video/*"), privateHosts);
        return new UrlMedia(config, transport.media(), turns, turns, resolver);
    }

    private static InetAddress[] local() {
        return new InetAddress[] {InetAddress.getLoopbackAddress()};
    }

    @AfterEach
    void stop() {
        urls.close();
        server.close();
        assertThat(transport.media().openUploads()).isZero();
        assertThat(turns.underWay()).isZero();
    }

    private static void answer(HttpExchange exchange, String type, byte[] body, boolean chunked)
            throws IOException {
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(200, chunked ? 0 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static void redirect(HttpExchange exchange, String to) throws IOException {
        exchange.getResponseHeaders().add("Location", to);
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private MediaRef fetch(String url) throws IOException, InvalidInput {
        return urls.fetch("alice", "job-1", "media", url);
    }

    private void refused(String url, String message) {
        assertThatThrownBy(() -> fetch(url))
                .isInstanceOf(InvalidInput.class)
                .hasMessageStartingWith("media: ")
                .hasMessageContaining(message)
                .message()
                .doesNotContain("secret");
    }

    @Test
    void aPortThatDoesNotExistIsRefused() {
        refused("http://files.example:70000/clip.mp4", "cannot be fetched");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileIsStoredWhileItArrives(boolean chunked) throws Exception {
        server.answer = exchange -> answer(exchange, "video/mp4; x=1", CLIP, chunked);
        MediaRef found = fetch(base + "/clip.mp4?signature=secret");
        assertThat(found.mediaType()).isEqualTo("video/mp4");
        try (var in = transport.media().open(found)) {
            assertThat(in.readAllBytes()).isEqualTo(CLIP);
        }
        assertThat(server.asked).containsExactly("GET /clip.mp4?signature=secret");
    }

    @Test
    void privateAddressesAreNotFetchedFromUnlessAllowed() {
        urls.close();
        urls = urls(Set.of(), Duration.ofSeconds(20));
        refused(base + "/?secret", "gateway.media-urls.private-hosts allows those");
        assertThat(server.asked).isEmpty();
    }

    /** The first answer is public, the second is not. */
    @Test
    void aNameThatIsReboundReachesNothingButTheAddressThatWasChecked() {
        var asked = new AtomicInteger();
        urls.close();
        urls =
                urls(
                        Set.of(),
                        Duration.ofSeconds(20),
                        _ ->
                                asked.incrementAndGet() == 1
                                        ? new InetAddress[] {InetAddress.getByName("1.1.1.1")}
                                        : local());
        refused(base + "/", "private, local or reserved");
        assertThat(server.asked).isEmpty();
    }

    @Test
    void aRedirectIsFollowedAndCheckedAnew() throws Exception {
        server.answer =
                exchange -> {
                    switch (exchange.getRequestURI().getPath()) {
                        case "/moved" -> redirect(exchange, "clip.mp4");
                        case "/inside" -> redirect(exchange, "http://inside.example/secret");
                        case "/file" -> redirect(exchange, "file:///etc/passwd");
                        case "/for-ever" -> redirect(exchange, "/for-ever");
                        default -> answer(exchange, "video/mp4", CLIP, false);
                    }
                };
        assertThat(fetch(base + "/moved").bytes()).isEqualTo(CLIP.length);
        refused(base + "/inside", "private, local or reserved");
        refused(base + "/file", "expected http(s)://HOST");
        refused(base + "/for-ever", "more than 5 redirects");
    }

    @Test
    void whatIsNoMediumOrTooLargeIsNotStored() {
        server.answer =
                exchange -> {
                    switch (exchange.getRequestURI().getPath()) {
                        case "/page" -> answer(exchange, "text/html", CLIP, false);
                        case "/large" -> answer(exchange, "image/png", new byte[1_001], false);
                        case "/endless" -> answer(exchange, "image/png", new byte[1_001], true);
                        case "/empty" -> answer(exchange, "image/png", new byte[0], true);
                        default -> FakeSink.reply(exchange, 404, "{}");
                    }
                };
        refused(base + "/page", "the URL's content is text/html, expected one of [image/png");
        refused(base + "/large", "more than 1000");
        refused(base + "/endless", "more than 1000");
        refused(base + "/empty", "is empty");
        refused(base + "/nothing?secret", "its server answers 404");
        assertThat(transport.media().parts()).isZero();
    }

    @Test
    void aFileThatBreaksOffIsNotStored() {
        server.answer =
                exchange -> {
                    exchange.getResponseHeaders().add("Content-Type", "video/mp4");
                    exchange.sendResponseHeaders(200, 100);
                    OutputStream out = exchange.getResponseBody();
                    out.write(CLIP);
                    out.flush();
                    exchange.close();
                };
        refused(base + "/clip", "connection closed in the middle");
        assertThat(transport.media().parts()).isZero();
    }

    @Test
    void aServerThatHangsIsAbandoned() throws Exception {
        urls.close();
        urls = urls(Set.of("files.example"), Duration.ofMillis(300));
        var over = new CountDownLatch(1);
        server.answer =
                exchange -> {
                    try {
                        var _ = over.await(1, TimeUnit.MINUTES);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                };
        try {
            refused(base + "/clip", "was not fetched within 0 s; store large media with PUT");
        } finally {
            over.countDown();
        }
    }
}
