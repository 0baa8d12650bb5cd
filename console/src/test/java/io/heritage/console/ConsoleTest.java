package io.heritage.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleTest {
    private static final int MOST_BYTES = 120_000;
    private static final int MOST_REQUESTS = 40;

    /** Less would mean that not all was loaded. */
    private static final int LEAST_BYTES = 40_000;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static WebServer server;

    @BeforeAll
    static void start() {
        var console = new Console("/v2");
        server =
                WebServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .shutdownHook(false)
                        .addRouting(
                                HttpRouting.builder()
                                        .any((request, response) -> {
                                            if (!console.answer(request, response)) {
                                                response.status(Status.NOT_FOUND_404).send();
                                            }
                                        }))
                        .build()
                        .start();
    }

    @AfterAll
    static void stop() {
        server.stop();
    }

    private static HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        var request =
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d%s".formatted(server.port(), path)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String page() throws Exception {
        return new String(get("/").body(), StandardCharsets.UTF_8);
    }

    /** Addresses of the page's own files, relative to it. */
    private static List<String> files() throws Exception {
        return Pattern.compile("(?:href|src)=\"([^\"]+)\"")
                .matcher(page())
                .results()
                .map(MatchResult::group)
                .map(found -> found.replaceAll("^[a-z]+=\"|\"$", ""))
                .distinct()
                .toList();
    }

    @Test
    void everyFileThatThePageNamesIsServedForEver() throws Exception {
        assertThat(files()).hasSizeGreaterThan(15);
        for (String file : files()) {
            HttpResponse<byte[]> answer = get("/" + file);
            assertThat(answer.statusCode()).as(file).isEqualTo(200);
            assertThat(answer.headers().firstValue("Cache-Control"))
                    .get()
                    .asString()
                    .contains("immutable");
        }
    }

    @Test
    void everyModuleThatAScriptImportsIsListed() throws Exception {
        List<String> files = files();
        for (String script : files.stream().filter(file -> file.endsWith(".js")).toList()) {
            String text = new String(get("/" + script).body(), StandardCharsets.UTF_8);
            assertThat(Pattern.compile("from '\\./([^']+)'").matcher(text).results())
                    .as(script)
                    .allMatch(found ->
                            files.stream().anyMatch(file -> file.endsWith("/" + found.group(1))));
        }
    }

    @Test
    void thePolicyNamesTheHashOfTheOneInlineScript() throws Exception {
        HttpResponse<byte[]> answer = get("/");
        String page = new String(answer.body(), StandardCharsets.UTF_8);
        List<MatchResult> inline =
                Pattern.compile("<script type=\"importmap\">(.*?)</script>")
                        .matcher(page)
                        .results()
                        .toList();
        assertThat(inline).hasSize(1);
        byte[] hash =
                MessageDigest.getInstance("SHA-256")
                        .digest(inline.getFirst().group(1).getBytes(StandardCharsets.UTF_8));
        assertThat(answer.headers().firstValue("Content-Security-Policy"))
                .get()
                .asString()
                .contains("'sha256-" + Base64.getEncoder().encodeToString(hash) + "'")
                .contains("default-src 'none'", "frame-ancestors 'none'", "trusted-types 'none'")
                .doesNotContain("unsafe", "*", "http");
    }

    @Test
    void aBrowserGetsItCompressed() throws Exception {
        HttpResponse<byte[]> answer = get("/", "Accept-Encoding", "gzip, br");

        assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(unzipped(answer.body())).isEqualTo(page());
    }

    private static String unzipped(byte[] bytes) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The budget of docs/console.md; the browser's test also counts the answers of the API. */
    @Test
    void whatTheFirstPageLoadsIsWithinItsBudget() throws Exception {
        int bytes = get("/", "Accept-Encoding", "gzip").body().length;
        for (String file : files()) {
            bytes += get("/" + file, "Accept-Encoding", "gzip").body().length;
        }

        assertThat(bytes).isBetween(LEAST_BYTES, MOST_BYTES);
        assertThat(files()).hasSizeLessThan(MOST_REQUESTS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/index.html",
                "/console/",
                "/console/app.js",
                "/console/0/app.js",
                "/console/../console.css",
                "/META-INF/MANIFEST.MF"
            })
    void whatIsNotListedIsNotServed(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void pagesOfOthersGetNothing() throws Exception {
        assertThat(get("/", "Origin", "http://evil.example").statusCode()).isEqualTo(403);
        assertThat(get("/", "Origin", "null").statusCode()).isEqualTo(403);
        assertThat(
                        get("/", "Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "no-cors")
                                .statusCode())
                .isEqualTo(403);
        assertThat(get("/", "Origin", "http://127.0.0.1:" + server.port()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aLinkOfOthersLeadsHere() throws Exception {
        assertThat(
                        get("/", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate")
                                .statusCode())
                .isEqualTo(200);
    }
}
