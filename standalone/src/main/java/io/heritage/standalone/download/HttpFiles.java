package io.heritage.standalone.download;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files of one server over HTTP; follows its redirects. */
final class HttpFiles implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(15);
    private static final Duration HEADERS = Duration.ofSeconds(20);
    private static final int MOST_REDIRECTS = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(?:(\\d{1,18})|\\*)");

    private final URI base;
    private final Optional<String> authorization;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(CONNECT)
                    .build();

    /** Message for a refusal: the file, and advice about the status. */
    interface RefusedFile {
        String of(int status, String answer);
    }

    /**
     * @param base the only server that gets the authorization
     * @param authorization value of that header
     */
    HttpFiles(URI base, Optional<String> authorization) {
        this.base = base;
        this.authorization = authorization;
    }

    /**
     * @param typed such as {@code https://huggingface.co}
     * @param example for the message
     * @throws IllegalArgumentException if it is no address of a server
     */
    static URI baseOf(String typed, URI example) {
        try {
            URI base = new URI(typed.replaceAll("/+$", ""));
            boolean web = "https".equals(base.getScheme()) || "http".equals(base.getScheme());
            if (web && base.getHost() != null && base.getRawQuery() == null) {
                return base;
            }
        } catch (URISyntaxException _) {
            // Reported below, like any other invalid address.
        }
        throw new IllegalArgumentException(
                "expected a URL such as %s, found '%s'".formatted(example, typed));
    }

    /**
     * The first answer that is no redirect, or that is wanted as it is; its body is the caller's to
     * close.
     *
     * @param method GET or HEAD
     */
    HttpResponse<InputStream> ask(
            String method,
            URI uri,
            Map<String, String> headers,
            Predicate<HttpResponse<?>> wanted,
            RefusedFile refusal)
            throws IOException, InterruptedException {
        URI at = uri;
        for (int hop = 0; hop < MOST_REDIRECTS; hop++) {
            HttpRequest.Builder request = request(at).method(method, BodyPublishers.noBody());
            headers.forEach(request::header);
            HttpResponse<InputStream> response = send(request.build());
            if (wanted.test(response) || !REDIRECTS.contains(response.statusCode())) {
                return response;
            }
            response.body().close();
            at = target(at, response.headers());
        }
        throw new HubRefused(refusal.of(0, "more than " + MOST_REDIRECTS + " redirects"));
    }

    /** See {@link FileHost#open}. */
    FileHost.Content open(URI uri, long from, Optional<String> validator, RefusedFile refusal)
            throws IOException, InterruptedException {
        Map<String, String> headers =
                from == 0
                        ? Map.of()
                        : validator
                                .map(etag -> Map.of("Range", rest(from), "If-Range", etag))
                                .orElse(Map.of("Range", rest(from)));
        return content(ask("GET", uri, headers, _ -> false, refusal), refusal);
    }

    private static String rest(long from) {
        return "bytes=" + from + "-";
    }

    private static FileHost.Content content(HttpResponse<InputStream> response, RefusedFile refusal)
            throws IOException {
        int status = response.statusCode();
        if (status == 416) {
            response.body().close();
            throw new FileHost.BeyondTheEnd(
                    "the file on the server is shorter than the part downloaded before");
        }
        refuseUnless(status == 200 || status == 206, response, refusal);
        if (status == 200) {
            return new FileHost.Content(
                    response.body(), 0, number(response.headers(), "Content-Length"));
        }
        String range = response.headers().firstValue("Content-Range").orElse("");
        Matcher matcher = CONTENT_RANGE.matcher(range);
        if (!matcher.matches()) {
            response.body().close();
            throw new IOException(
                    "the server sent a part without its position: Content-Range '" + range + "'");
        }
        String total = matcher.group(2);
        return new FileHost.Content(
                response.body(),
                Long.parseLong(matcher.group(1)),
                total == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(total)));
    }

    /**
     * Closes what is refused.
     *
     * @throws HubRefused if asking again would not change it
     */
    static void refuseUnless(boolean fine, HttpResponse<InputStream> response, RefusedFile refusal)
            throws IOException {
        if (fine) {
            return;
        }
        response.body().close();
        int status = response.statusCode();
        String said =
                response.headers()
                        .firstValue("X-Error-Message")
                        .map(text -> " (" + text + ")")
                        .orElse("");
        String answer = "%s answers %d%s".formatted(place(response.uri()), status, said);
        if (PASSING.contains(status)) {
            throw new IOException(answer);
        }
        throw new HubRefused(refusal.of(status, answer));
    }

    static OptionalLong number(HttpHeaders headers, String name) {
        return headers.firstValueAsLong(name);
    }

    private HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(HEADERS).header("User-Agent", "heritage");
        if (isBase(uri)) {
            authorization.ifPresent(value -> request.header("Authorization", value));
        }
        return request;
    }

    private boolean isBase(URI uri) {
        return base.getScheme().equalsIgnoreCase(uri.getScheme())
                && base.getHost().equalsIgnoreCase(uri.getHost())
                && base.getPort() == uri.getPort();
    }

    private HttpResponse<InputStream> send(HttpRequest request)
            throws IOException, InterruptedException {
        try {
            return http.send(request, BodyHandlers.ofInputStream());
        } catch (ConnectException refused) {
            throw new IOException("nothing answers at " + place(request.uri()), refused);
        } catch (HttpTimeoutException silent) {
            throw new IOException(
                    "%s did not answer within %d s"
                            .formatted(place(request.uri()), HEADERS.toSeconds()),
                    silent);
        }
    }

    /** Without the query, because that of a redirect is signed and gives access to the file. */
    private static String place(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }

    private static URI target(URI from, HttpHeaders headers) throws IOException {
        String location = headers.firstValue("Location").orElse("");
        URI target;
        try {
            target = from.resolve(new URI(location));
        } catch (URISyntaxException e) {
            throw new IOException(place(from) + " redirects to an invalid URL", e);
        }
        boolean safe =
                "https".equals(target.getScheme()) || target.getScheme().equals(from.getScheme());
        if (target.getHost() == null || !safe) {
            throw new HubRefused(
                    "%s redirects to %s, which is not followed"
                            .formatted(place(from), place(target)));
        }
        return target;
    }

    /** Does not wait for calls in progress. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
