package io.heritage.standalone.download;

import io.heritage.schemas.PublishedFile;
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
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files at {@code BASE/ORG/REPO/resolve/REVISION/FILE}, the URLs of Hugging Face. Its large files
 * come from another host by a redirect, which is followed here: the token goes to the base alone.
 */
public final class ModelHub implements AutoCloseable {
    public static final URI HUGGING_FACE = URI.create("https://huggingface.co");
    private static final String REVISION = "main";
    private static final Duration CONNECT = Duration.ofSeconds(15);
    private static final Duration HEADERS = Duration.ofSeconds(20);
    private static final int MOST_REDIRECTS = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final Pattern SHA256 = Pattern.compile("\"?([0-9a-f]{64})\"?");
    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(?:(\\d{1,18})|\\*)");

    private final URI base;
    private final Optional<String> token;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(CONNECT)
                    .build();

    /**
     * @param base without a slash at the end
     * @param token of an account there
     */
    public ModelHub(URI base, Optional<String> token) {
        this.base = base;
        this.token = token.filter(value -> !value.isBlank()).map(String::strip);
    }

    /**
     * @param typed such as {@code https://huggingface.co}
     * @throws IllegalArgumentException if it is no address of a server
     */
    public static URI baseOf(String typed) {
        try {
            URI base = new URI(typed.replaceAll("/+$", ""));
            boolean web = "https".equals(base.getScheme()) || "http".equals(base.getScheme());
            if (web && base.getHost() != null && base.getRawQuery() == null) {
                return base;
            }
        } catch (URISyntaxException _) {
            // Told below, like any other text that is no such address.
        }
        throw new IllegalArgumentException(
                "expected a URL such as %s, found '%s'".formatted(HUGGING_FACE, typed));
    }

    /** A stream of a file's bytes and where in the file it begins. */
    record Content(InputStream bytes, long start, OptionalLong total) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }

    /** The bytes that are asked for are not there: what was fetched before is another file. */
    static final class BeyondTheEnd extends IOException {
        private static final long serialVersionUID = 1L;

        BeyondTheEnd(String message) {
            super(message);
        }
    }

    String host() {
        return base.getAuthority();
    }

    URI page(PublishedFile file) {
        return URI.create(base + "/" + file.repository());
    }

    private URI uri(PublishedFile file) {
        return URI.create(
                base + "/" + file.repository() + "/resolve/" + REVISION + "/" + file.path());
    }

    /**
     * @throws HubRefused if the server has no such file for this caller
     */
    RemoteFile facts(PublishedFile file) throws IOException, InterruptedException {
        URI uri = uri(file);
        for (int hop = 0; hop < MOST_REDIRECTS; hop++) {
            HttpResponse<InputStream> response =
                    send(request(uri).method("HEAD", BodyPublishers.noBody()));
            response.body().close();
            int status = response.statusCode();
            Optional<String> linked = response.headers().firstValue("X-Linked-Etag");
            if (linked.isPresent()) {
                return facts(linked, number(response.headers(), "X-Linked-Size"));
            }
            if (!REDIRECTS.contains(status)) {
                refuseUnless(status == 200, file, response);
                return facts(
                        response.headers().firstValue("ETag"),
                        number(response.headers(), "Content-Length"));
            }
            uri = target(uri, response.headers());
        }
        throw tooManyRedirects(file);
    }

    private static RemoteFile facts(Optional<String> etag, OptionalLong bytes) {
        Optional<String> sha256 =
                etag.map(SHA256::matcher).filter(Matcher::matches).map(matcher -> matcher.group(1));
        // If-Range admits no weak validator (RFC 9110, 13.1.5).
        return new RemoteFile(bytes, sha256, etag.filter(tag -> !tag.startsWith("W/")));
    }

    /**
     * @param from bytes that are there already
     * @param validator the rest is asked for only if the file still has this ETag, else all of it;
     *     empty: the rest in any case
     * @throws HubRefused if the server has no such file for this caller
     * @throws BeyondTheEnd if the file is shorter
     */
    Content open(PublishedFile file, long from, Optional<String> validator)
            throws IOException, InterruptedException {
        URI uri = uri(file);
        for (int hop = 0; hop < MOST_REDIRECTS; hop++) {
            HttpRequest.Builder request = request(uri).GET();
            if (from > 0) {
                request.header("Range", "bytes=" + from + "-");
                validator.ifPresent(etag -> request.header("If-Range", etag));
            }
            HttpResponse<InputStream> response = send(request);
            if (!REDIRECTS.contains(response.statusCode())) {
                return content(file, response);
            }
            response.body().close();
            uri = target(uri, response.headers());
        }
        throw tooManyRedirects(file);
    }

    private Content content(PublishedFile file, HttpResponse<InputStream> response)
            throws IOException {
        int status = response.statusCode();
        if (status == 416) {
            response.body().close();
            throw new BeyondTheEnd("the server has fewer bytes than are here already");
        }
        refuseUnless(status == 200 || status == 206, file, response);
        if (status == 200) {
            return new Content(response.body(), 0, number(response.headers(), "Content-Length"));
        }
        String range = response.headers().firstValue("Content-Range").orElse("");
        Matcher matcher = CONTENT_RANGE.matcher(range);
        if (!matcher.matches()) {
            response.body().close();
            throw new IOException("a part came without its place: Content-Range '" + range + "'");
        }
        String total = matcher.group(2);
        return new Content(
                response.body(),
                Long.parseLong(matcher.group(1)),
                total == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(total)));
    }

    private HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(HEADERS).header("User-Agent", "heritage");
        if (isBase(uri)) {
            token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
        }
        return request;
    }

    private boolean isBase(URI uri) {
        return base.getScheme().equalsIgnoreCase(uri.getScheme())
                && base.getHost().equalsIgnoreCase(uri.getHost())
                && base.getPort() == uri.getPort();
    }

    private HttpResponse<InputStream> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpRequest built = request.build();
        try {
            return http.send(built, BodyHandlers.ofInputStream());
        } catch (ConnectException refused) {
            throw new IOException("nothing answers at " + place(built.uri()), refused);
        } catch (HttpTimeoutException silent) {
            throw new IOException(
                    "%s did not answer within %d s"
                            .formatted(place(built.uri()), HEADERS.toSeconds()),
                    silent);
        }
    }

    /** Without query: that of a redirect is signed and opens the file to anybody. */
    private static String place(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }

    private static URI target(URI from, HttpHeaders headers) throws IOException {
        String location = headers.firstValue("Location").orElse("");
        URI target;
        try {
            target = from.resolve(new URI(location));
        } catch (URISyntaxException e) {
            throw new IOException(place(from) + " redirects to what is no URL", e);
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

    private static IOException tooManyRedirects(PublishedFile file) {
        return new HubRefused(file.path() + ": more than " + MOST_REDIRECTS + " redirects");
    }

    private static OptionalLong number(HttpHeaders headers, String name) {
        return headers.firstValueAsLong(name);
    }

    private void refuseUnless(boolean fine, PublishedFile file, HttpResponse<InputStream> response)
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
        throw new HubRefused(
                "%s of %s: %s: %s"
                        .formatted(file.path(), file.repository(), answer, advice(status, file)));
    }

    private String advice(int status, PublishedFile file) {
        return switch (status) {
            case 401 ->
                    token.isEmpty()
                            ? "it wants to know who asks, or has no such repository; set HF_TOKEN to an access token"
                            : "the token in HF_TOKEN is not accepted, or there is no such repository";
            case 403 ->
                    token.isEmpty()
                            ? "the file is not for everybody; set HF_TOKEN to an access token"
                            : "the account of HF_TOKEN may not read it; its owner's terms may have to be accepted at "
                                    + page(file);
            case 404 ->
                    "there is no such file; see what is published at "
                            + page(file)
                            + ", and put the file into the folder by hand";
            default -> "that was not expected";
        };
    }

    /** Does not wait for calls under way. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
