package io.heritage.console;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Serves the console: the page at {@code /}, its files at {@code /console/HASH/NAME}. The hash is
 * that of all files together, so they may be cached forever. They need no key and contain no
 * secrets.
 */
public final class Console {
    private static final String FOLDER = "console/";
    private static final HeaderName POLICY = HeaderNames.create("Content-Security-Policy");
    private static final HeaderName SITE = HeaderNames.create("Sec-Fetch-Site");
    private static final HeaderName MODE = HeaderNames.create("Sec-Fetch-Mode");

    /** Headers of every answer: no type guessing, no referrer, no framing by other pages. */
    private static final Map<HeaderName, String> ALWAYS =
            Map.of(
                    HeaderNames.create("X-Content-Type-Options"),
                    "nosniff",
                    HeaderNames.create("Referrer-Policy"),
                    "no-referrer",
                    HeaderNames.create("Cross-Origin-Opener-Policy"),
                    "same-origin",
                    HeaderNames.create("Cross-Origin-Resource-Policy"),
                    "same-origin",
                    HeaderNames.VARY,
                    "Accept-Encoding");

    private final StartPage start;

    /** By path. */
    private final Map<String, Asset> files;

    /**
     * @param basePath of the gateway's operations, such as {@code /v2}
     */
    public Console(String basePath) {
        Map<String, Asset> named = ConsoleFiles.read();
        String template =
                new String(ConsoleFiles.resource("page/index.html"), StandardCharsets.UTF_8);
        String folder = FOLDER + hash(named) + "/";
        start = new StartPage(template, folder, basePath, named);
        files =
                named.entrySet().stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        entry -> "/" + folder + entry.getKey(),
                                        Map.Entry::getValue));
    }

    /**
     * @return whether the request was for the console and has been answered
     */
    public boolean answer(ServerRequest request, ServerResponse response) {
        String method = request.prologue().method().text();
        String path = request.prologue().uriPath().rawPath();
        boolean isPage = path.equals("/");
        Asset asset = isPage ? start.page() : files.get(path);
        if (asset == null || !(method.equals("GET") || method.equals("HEAD"))) {
            return false;
        }
        ALWAYS.forEach(response::header);
        if (isFromElsewhere(request)) {
            response.status(Status.FORBIDDEN_403);
            response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
            response.send("the console's files are for its own pages only");
            return true;
        }
        response.header(POLICY, start.policy());
        response.header(
                HeaderNames.CACHE_CONTROL,
                isPage ? "no-cache" : "public, max-age=31536000, immutable");
        send(asset, method.equals("HEAD"), request, response);
        return true;
    }

    private static void send(
            Asset asset, boolean isHead, ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CONTENT_TYPE, asset.type());
        byte[] body = asset.bytes();
        if (asset.isSmallerGzipped()
                && header(request, HeaderNames.ACCEPT_ENCODING).contains("gzip")) {
            response.header(HeaderNames.CONTENT_ENCODING, "gzip");
            body = asset.gzipped();
        }
        if (isHead) {
            response.headers().contentLength(body.length);
            response.send();
        } else {
            response.send(body);
        }
    }

    /** Whether another site's page requests the file; a link to the console does not count. */
    private static boolean isFromElsewhere(ServerRequest request) {
        String origin = header(request, HeaderNames.ORIGIN);
        String host = header(request, HeaderNames.HOST);
        boolean foreignOrigin =
                !origin.isEmpty()
                        && !origin.equalsIgnoreCase("http://" + host)
                        && !origin.equalsIgnoreCase("https://" + host);
        String site = header(request, SITE);
        boolean foreignSite = site.equals("cross-site") || site.equals("same-site");
        return foreignOrigin || (foreignSite && !header(request, MODE).equals("navigate"));
    }

    /** Empty if absent. */
    private static String header(ServerRequest request, HeaderName name) {
        return request.headers().first(name).orElse("");
    }

    private static String hash(Map<String, Asset> files) {
        MessageDigest digest = StartPage.sha256();
        files.forEach((name, asset) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update(asset.bytes());
        });
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }
}
