package io.heritage.gateway.media;

import io.heritage.gateway.limit.ByteSize;
import io.heritage.gateway.limit.UploadTurns;
import io.heritage.http.AddressedHttp;
import io.heritage.http.UrlGuard;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.MediaRef;
import io.heritage.transport.media.MediaStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLSocketFactory;

/**
 * Fetches media that a request names by URL, into chunks while they arrive. Every redirect is
 * checked like the first URL, and each request goes to the address that was checked. Any thread.
 */
public final class UrlMedia implements AutoCloseable {
    private static final int MOST_REDIRECTS = 5;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int BUFFER = 64 << 10;
    private static final Map<String, String> HEADERS =
            Map.of("User-Agent", "Heritage-Media/0.1", "Accept-Encoding", "identity");

    private final MediaUrls config;
    private final MediaStore store;
    private final UploadTurns uploads;
    private final UploadTurns fetches;
    private final UrlGuard guard;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("gateway-fetch-timeouts").factory());
    private final AddressedHttp http =
            new AddressedHttp(timer, (SSLSocketFactory) SSLSocketFactory.getDefault());

    /**
     * @param uploads turns to store media
     * @param fetches turns to fetch them
     */
    public UrlMedia(MediaUrls config, MediaStore store, UploadTurns uploads, UploadTurns fetches) {
        this(config, store, uploads, fetches, InetAddress::getAllByName);
    }

    public UrlMedia(
            MediaUrls config,
            MediaStore store,
            UploadTurns uploads,
            UploadTurns fetches,
            UrlGuard.Resolver resolver) {
        this.config = config;
        this.store = store;
        this.uploads = uploads;
        this.fetches = fetches;
        this.guard =
                new UrlGuard(
                        config.privateHosts()::contains,
                        "gateway.media-urls.private-hosts",
                        resolver);
    }

    /**
     * @param key of the chunks
     * @param field named in messages, which do not repeat the URL: it may hold a secret
     * @throws InvalidInput if it may not be fetched or cannot be
     */
    public MediaRef fetch(String owner, String key, String field, String url)
            throws IOException, InvalidInput {
        if (!config.enabled()) {
            throw new InvalidInput(
                    field
                            + ": URLs are not fetched here (gateway.media-urls.enabled); send the media in base64, or store them with PUT");
        }
        Runnable endTurn = fetches.take(owner);
        try (var parts = new MediaParts(store, uploads, owner, key, 0)) {
            return follow(field, url, parts);
        } catch (UrlGuard.NotAllowed e) {
            throw new InvalidInput(field + ": the URL is not fetched: " + e.getMessage(), e);
        } catch (UnknownHostException e) {
            throw new InvalidInput(field + ": the URL's host is unknown", e);
        } catch (HttpTimeoutException e) {
            throw new InvalidInput(
                    "%s: the URL was not fetched within %d s; store large media with PUT"
                            .formatted(field, config.timeLimit().toSeconds()),
                    e);
        } catch (Unfetched e) {
            throw new InvalidInput(
                    "%s: the URL cannot be fetched: %s"
                            .formatted(field, String.valueOf(e.getMessage())),
                    e);
        } finally {
            endTurn.run();
        }
    }

    /** A failure of the other server. */
    private static final class Unfetched extends IOException {
        private static final long serialVersionUID = 1L;

        Unfetched(String message) {
            super(message);
        }
    }

    private MediaRef follow(String field, String url, MediaParts parts)
            throws IOException, UrlGuard.NotAllowed, InvalidInput {
        long deadline = System.nanoTime() + config.timeLimit().toNanos();
        URI current = guard.check(url).uri();
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (!left.isPositive()) {
                throw new HttpTimeoutException("redirects used up the time limit");
            }
            FetchOutcome outcome =
                    get(
                            guard.check(current.toString()),
                            left,
                            answer -> step(field, answer, parts));
            switch (outcome) {
                case FetchOutcome.InChunks _ -> {
                    return MediaUploads.latest(parts);
                }
                case FetchOutcome.Redirected(String location) ->
                        current = resolved(current, location);
                case FetchOutcome.Refused(String why) -> throw new Unfetched(why);
                case FetchOutcome.Unsuitable(String why) ->
                        throw new InvalidInput(field + ": " + why);
            }
        }
        throw new Unfetched("more than " + MOST_REDIRECTS + " redirects");
    }

    /** Outcome of an answer. */
    private sealed interface FetchOutcome {
        record InChunks() implements FetchOutcome {}

        record Redirected(String location) implements FetchOutcome {}

        record Refused(String why) implements FetchOutcome {}

        record Unsuitable(String why) implements FetchOutcome {}
    }

    /** Separates the socket's exceptions from Kafka's, which are unchecked. */
    private FetchOutcome get(
            UrlGuard.Checked to, Duration left, AddressedHttp.AnswerReader<FetchOutcome> reader)
            throws IOException {
        try {
            return http.get(to, HEADERS, left, reader);
        } catch (HttpTimeoutException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) { // such as a port above 65535
            throw new Unfetched(
                    e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        }
    }

    private FetchOutcome step(String field, AddressedHttp.HttpAnswer answer, MediaParts parts)
            throws IOException {
        String location = answer.headers().getOrDefault("location", "");
        if (REDIRECTS.contains(answer.status()) && !location.isEmpty()) {
            return new FetchOutcome.Redirected(location);
        }
        if (answer.status() != 200) {
            return new FetchOutcome.Refused("its server answers " + answer.status());
        }
        String encoding = answer.headers().getOrDefault("content-encoding", "identity");
        if (!encoding.equalsIgnoreCase("identity")) {
            return new FetchOutcome.Unsuitable("the URL's content is encoded: " + encoding);
        }
        String type = typeOf(answer);
        if (!config.takes(type)) {
            return new FetchOutcome.Unsuitable(
                    "the URL's content is %s, expected one of %s"
                            .formatted(type, config.types().stream().sorted().toList()));
        }
        long length = Long.parseLong("0" + answer.headers().getOrDefault("content-length", ""));
        if (length > config.maxBytes()) {
            return tooLarge();
        }
        store.requireRoom(length);
        return copy(answer.body(), parts.begin(field, type));
    }

    private FetchOutcome copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long bytes = 0;
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            bytes += read;
            if (bytes > config.maxBytes()) {
                return tooLarge();
            }
            to.write(buffer, 0, read);
        }
        if (bytes == 0) {
            return new FetchOutcome.Unsuitable("the URL's content is empty");
        }
        to.close();
        return new FetchOutcome.InChunks();
    }

    private FetchOutcome tooLarge() {
        return new FetchOutcome.Unsuitable(
                "the URL's content has more than %s (gateway.media-urls.max-bytes)"
                        .formatted(ByteSize.of(config.maxBytes())));
    }

    private static String typeOf(AddressedHttp.HttpAnswer answer) {
        String type = answer.headers().getOrDefault("content-type", "").split(";", 2)[0].strip();
        return type.isEmpty() ? "application/octet-stream" : type.toLowerCase(Locale.ROOT);
    }

    private static URI resolved(URI from, String location) throws Unfetched {
        try {
            return from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new Unfetched("its server redirects to an invalid URL");
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
