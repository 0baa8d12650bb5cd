package io.heritage.sink.webhook;

import io.heritage.http.AddressedHttp;
import io.heritage.http.UrlGuard;
import io.heritage.observe.trace.TraceContext;
import io.heritage.observe.trace.TraceSpan;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
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
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Webhooks by HTTP (docs/spec/runpod.md, section 4), each attempt on a virtual thread: any 2xx is
 * success, redirects are not followed, the body's media are streamed.
 */
public final class HttpWebhooks implements WebhookCall, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpWebhooks.class);
    private static final Map<String, String> HEADERS =
            Map.of(
                    "User-Agent", "Heritage-Webhook/0.1",
                    "Content-Type", "application/json; charset=utf-8");

    private final UrlGuard guard;
    private final Duration timeout;
    private final MediaSource media;
    private final String linkBase;
    private final Map<EndpointId, EndpointConfig> endpoints;
    private final Traces traces;
    private final Clock clock;
    private final WebhookSlots slots;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("sink-webhook-timeouts").factory());
    private final AddressedHttp http =
            new AddressedHttp(timer, (SSLSocketFactory) SSLSocketFactory.getDefault());

    public HttpWebhooks(
            SinkConfig config,
            Map<EndpointId, EndpointConfig> endpoints,
            MediaSource media,
            Traces traces,
            Clock clock) {
        this(config, endpoints, media, traces, clock, InetAddress::getAllByName);
    }

    HttpWebhooks(
            SinkConfig config,
            Map<EndpointId, EndpointConfig> endpoints,
            MediaSource media,
            Traces traces,
            Clock clock,
            UrlGuard.Resolver resolver) {
        this.endpoints = Map.copyOf(endpoints);
        this.guard =
                new UrlGuard(
                        _ -> config.webhookPrivateAddresses(),
                        "webhook-private-addresses",
                        resolver);
        this.timeout = config.webhookTimeout();
        this.media = media;
        this.linkBase = config.publicUrl();
        this.traces = traces;
        this.clock = clock;
        this.slots = new WebhookSlots(config.webhooksAtOnce());
    }

    @Override
    public boolean begin(TrackedJob tracked, Consumer<Result> done) {
        Job job = Objects.requireNonNull(tracked.job());
        String host = WebhookCall.hostOf(job.webhook());
        if (!slots.take(job.owner(), host)) {
            return false;
        }
        threads.execute(() -> {
            Result result = new Failed("not made");
            try {
                result = traced(tracked);
            } finally {
                slots.giveBack(job.owner(), host);
                done.accept(result);
            }
        });
        return true;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        timer.shutdownNow();
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

    /** A span of the job's trace, without the webhook's URL, which may contain a secret. */
    private Result traced(TrackedJob tracked) {
        Job job = Objects.requireNonNull(tracked.job());
        TraceSpan span = traces.goOn(TraceSpan.Kind.CLIENT, "webhook", job.traceparent());
        span.put("heritage.job", job.id().value());
        span.put("heritage.endpoint", job.endpoint().value());
        try (var _ = span.enter()) {
            Result result = attempt(tracked);
            switch (result) {
                case Delivered _ -> {}
                case Failed _ -> span.failed("failed");
                case Refused _ -> span.failed("refused");
            }
            return result;
        } finally {
            span.end();
        }
    }

    private Result attempt(TrackedJob tracked) {
        try {
            String webhook = Objects.requireNonNull(tracked.record().job()).webhook();
            UrlGuard.Checked to = guard.check(Objects.requireNonNull(webhook));
            ReplyBody body = JobReply.webhook(tracked.record(), clock.instant(), linkBase);
            return call(to, headers(tracked, body), body, limitOf(tracked));
        } catch (UrlGuard.NotAllowed e) {
            return new Refused(Objects.requireNonNull(e.getMessage()));
        } catch (UnknownHostException e) {
            return new Failed("unknown host");
        } catch (IOException e) {
            return new Failed(e.getClass().getSimpleName());
        } catch (RuntimeException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("jobId", tracked.id())
                    .log("webhook cannot be called");
            return new Refused(e.getClass().getSimpleName());
        }
    }

    /** Signing a body reads its media once more than sending it. */
    private Map<String, String> headers(TrackedJob tracked, ReplyBody body) throws IOException {
        var headers = new LinkedHashMap<>(HEADERS);
        String trace = TraceContext.current();
        if (trace != null) {
            headers.put(TraceContext.HEADER, trace);
        }
        EndpointConfig endpoint = endpoints.get(Objects.requireNonNull(tracked.job()).endpoint());
        if (endpoint == null) {
            return headers;
        }
        for (String line : endpoint.webhookHeaders()) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        if (!endpoint.webhookSecret().isEmpty()
                && tracked.state() instanceof JobState.Terminal ended) {
            try (ReplyStream stream = body.open(media)) {
                headers.putAll(
                        WebhookSignature.headers(
                                endpoint.webhookSecret(),
                                tracked.id() + "_" + ended.at().toEpochMilli(),
                                clock.instant(),
                                stream));
            }
        }
        return headers;
    }

    /** Discards the receiver's body; only its status counts. */
    private Result call(
            UrlGuard.Checked to, Map<String, String> headers, ReplyBody body, Duration limit)
            throws IOException {
        try (ReplyStream stream = body.open(media)) {
            stream.awaitFirstMedia();
            int status = http.post(to, headers, stream, body.length(), limit);
            String detail = "status " + status;
            return status / 100 == 2 ? new Delivered(detail) : new Failed(detail);
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }
}
