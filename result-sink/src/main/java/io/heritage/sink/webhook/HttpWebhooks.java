package io.heritage.sink.webhook;

import io.heritage.schemas.Job;
import io.heritage.schemas.JobState;
import io.heritage.schemas.MediaRef;
import io.heritage.sink.config.SinkConfig;
import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.fold.WebhookCall;
import io.heritage.sink.reply.JobReply;
import io.heritage.sink.reply.MediaSource;
import io.heritage.sink.reply.ReplyBody;
import io.heritage.sink.reply.ReplyStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Webhooks by HTTP (RunPod contract, section 4), each attempt on a virtual thread: any 2xx is
 * success, redirects are not followed, the body's media are streamed.
 */
public final class HttpWebhooks implements WebhookCall, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpWebhooks.class);
    private static final String USER_AGENT = "Heritage-Webhook/0.1";

    private final WebhookTarget target;
    private final Duration timeout;
    private final MediaSource media;
    private final Clock clock;
    private final Semaphore slots;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client;

    public HttpWebhooks(SinkConfig config, MediaSource media, Clock clock) {
        this.target = new WebhookTarget(config.webhookPrivateAddresses());
        this.timeout = config.webhookTimeout();
        this.media = media;
        this.clock = clock;
        this.slots = new Semaphore(config.webhooksAtOnce());
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(timeout)
                        .executor(threads)
                        .build();
    }

    @Override
    public Duration begin(TrackedJob tracked, Consumer<Result> done) {
        if (!slots.tryAcquire()) {
            return Duration.ZERO;
        }
        Duration limit = limitOf(tracked);
        threads.execute(() -> {
            try {
                done.accept(attempt(tracked, limit));
            } finally {
                slots.release();
            }
        });
        return limit.plus(timeout).plusSeconds(1); // to resolve the name and connect
    }

    @Override
    public void close() {
        client.shutdownNow();
        threads.shutdownNow();
    }

    /** Base64 makes four bytes of three; a receiver must take one MiB a second. */
    private Duration limitOf(TrackedJob tracked) {
        Job job = Objects.requireNonNull(tracked.job());
        List<MediaRef> output =
                tracked.state() instanceof JobState.Completed c ? c.output().media() : List.of();
        long bytes =
                Stream.concat(job.input().media().stream(), output.stream())
                        .mapToLong(MediaRef::bytes)
                        .sum();
        return timeout.plusSeconds(bytes * 4 / 3 >> 20);
    }

    private Result attempt(TrackedJob tracked, Duration limit) {
        try {
            String webhook = Objects.requireNonNull(tracked.record().job()).webhook();
            URI uri = target.check(Objects.requireNonNull(webhook));
            return call(uri, JobReply.webhook(tracked.record(), clock.instant()), limit);
        } catch (WebhookTarget.NotAllowed e) {
            return new Refused(Objects.requireNonNull(e.getMessage()));
        } catch (UnknownHostException e) {
            return new Failed("unknown host");
        } catch (IOException e) {
            return new Failed(e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Failed("interrupted");
        } catch (RuntimeException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("jobId", tracked.id())
                    .log("webhook cannot be called");
            return new Refused(e.getClass().getSimpleName());
        }
    }

    private Result call(URI uri, ReplyBody body, Duration limit)
            throws IOException, InterruptedException {
        try (ReplyStream stream = body.open(media)) {
            stream.awaitFirstMedia();
            HttpRequest request =
                    HttpRequest.newBuilder(uri)
                            .timeout(limit)
                            .header("Content-Type", "application/json; charset=utf-8")
                            .header("User-Agent", USER_AGENT)
                            .POST(publisher(stream, body.length()))
                            .build();
            HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
            response.body().close(); // whatever it says is of no interest
            int status = response.statusCode();
            String detail = "status " + status;
            return status / 100 == 2 ? new Delivered(detail) : new Failed(detail);
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    private static BodyPublisher publisher(InputStream body, long length) {
        return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> body), length);
    }
}
