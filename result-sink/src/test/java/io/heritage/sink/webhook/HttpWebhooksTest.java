package io.heritage.sink.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.heritage.http.UrlGuard;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobRecord;
import io.heritage.schemas.ReplyShape;
import io.heritage.sink.MovingClock;
import io.heritage.sink.Samples;
import io.heritage.sink.SinkFixture;
import io.heritage.sink.config.SinkConfig;
import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.fold.WebhookCall;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init")
class HttpWebhooksTest {
    /** No receiver that is to answer is given up, however slow the machine is. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final MovingClock clock = new MovingClock(Instant.parse("2026-11-22T10:00:00Z"));
    private final Samples samples = new Samples(clock);
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final Traces traces =
            Traces.of(
                    OpenTelemetrySdk.builder()
                            .setTracerProvider(
                                    SdkTracerProvider.builder()
                                            .addSpanProcessor(SimpleSpanProcessor.create(spans))
                                            .build())
                            .build());
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch hang = new CountDownLatch(1);
    private final BlockingQueue<WebhookCall.Result> results = new ArrayBlockingQueue<>(10);
    private volatile String lastRequest = "";
    private volatile Headers lastHeaders = new Headers();
    private volatile String lastBody = "";
    private Map<EndpointId, EndpointConfig> endpoints = Map.of();
    private HttpServer receiver;

    @BeforeEach
    void listen() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        receiver.createContext("/", this::answer);
        receiver.start();
    }

    @AfterEach
    void stop() {
        hang.countDown();
        receiver.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        calls.incrementAndGet();
        lastRequest =
                exchange.getRequestHeaders().getFirst("Host") + " " + exchange.getRequestURI();
        lastHeaders = exchange.getRequestHeaders();
        lastBody = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/hang")) {
            try {
                var _ = hang.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (path.equals("/302")) {
            exchange.getResponseHeaders().add("Location", "/200");
        }
        exchange.sendResponseHeaders(
                path.matches("/[0-9]+") ? Integer.parseInt(path.substring(1)) : 200, -1);
        exchange.close();
    }

    @Test
    void anyAnswerInTheTwoHundredsIsSuccess() throws Exception {
        assertThat(call("/200", true)).isEqualTo(new WebhookCall.Delivered("status 200"));
        assertThat(call("/204", true)).isEqualTo(new WebhookCall.Delivered("status 204"));
    }

    @Test
    void theReceiverIsToldTheTraceOfTheJobAndTheTraceNothingOfTheReceiver() throws Exception {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        Job job = Objects.requireNonNull(job("/500?token=hook-secret").job());
        TrackedJob traced = ended(job.tracedAs("00-" + trace + "-00f067aa0ba902b7-01"));
        try (var webhooks = webhooks(true, PATIENCE)) {
            assertThat(webhooks.begin(traced, results::add)).isTrue();
            assertThat(results.poll(60, TimeUnit.SECONDS))
                    .isEqualTo(new WebhookCall.Failed("status 500"));
        }
        SpanData span = spans.getFinishedSpanItems().getFirst();
        assertThat(span.getTraceId()).isEqualTo(trace);
        assertThat(span.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(lastHeaders.getFirst("traceparent"))
                .isEqualTo("00-" + trace + "-" + span.getSpanId() + "-01");
        assertThat(span.toString()).doesNotContain("hook-secret");
    }

    @Test
    void aJobOfNoTraceHasAWebhookOfNone() throws Exception {
        assertThat(call("/200", true)).isEqualTo(new WebhookCall.Delivered("status 200"));
        assertThat(lastHeaders.containsKey("traceparent")).isFalse();
        assertThat(spans.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void redirectsAreNotFollowed() throws Exception {
        assertThat(call("/302", true)).isEqualTo(new WebhookCall.Failed("status 302"));
        assertThat(calls).hasValue(1);
    }

    @Test
    void aReceiverThatHangsIsAbandoned() throws Exception {
        try (var webhooks = webhooks(true, Duration.ofMillis(500))) {
            assertThat(result(webhooks, job("/hang")))
                    .isEqualTo(new WebhookCall.Failed("HttpTimeoutException"));
        }
    }

    @Test
    void aLocalAddressIsNotCalledUnlessAllowed() throws Exception {
        assertThat(call("/200", false)).isInstanceOf(WebhookCall.Refused.class);
        assertThat(calls).hasValue(0);
    }

    @Test
    void noMoreAreBegunThanMayBeUnderWay() throws Exception {
        try (var webhooks = webhooks(true, PATIENCE)) {
            assertThat(webhooks.begin(job("/hang"), results::add)).isTrue();
            assertThat(webhooks.begin(job("/200"), results::add)).isFalse();
            hang.countDown();
            assertThat(results.poll(60, TimeUnit.SECONDS)).isNotNull();
            SinkFixture.await(() -> webhooks.begin(job("/204"), results::add));
            assertThat(results.poll(60, TimeUnit.SECONDS))
                    .isEqualTo(new WebhookCall.Delivered("status 204"));
        }
    }

    /** The name stands for a public address when it is checked, and for loopback ever after. */
    @Test
    void aNameThatIsReboundReachesNothingButTheAddressThatWasChecked() throws Exception {
        var resolved = new AtomicInteger();
        InetAddress nobody = InetAddress.getByName("192.88.99.1");
        UrlGuard.Resolver rebinding =
                _ ->
                        new InetAddress[] {
                            resolved.getAndIncrement() == 0
                                    ? nobody
                                    : InetAddress.getLoopbackAddress()
                        };
        try (var webhooks = webhooks(false, Duration.ofMillis(500), rebinding)) {
            String hook = "http://rebinding.example:" + receiver.getAddress().getPort() + "/200";
            webhooks.begin(jobFor(hook), results::add);
            assertThat(results.poll(60, TimeUnit.SECONDS)).isInstanceOf(WebhookCall.Failed.class);
        }
        assertThat(resolved).hasValue(1);
        assertThat(calls).hasValue(0);
    }

    @Test
    void theReceiverIsToldTheNameNotTheAddress() throws Exception {
        UrlGuard.Resolver local = _ -> new InetAddress[] {InetAddress.getLoopbackAddress()};
        try (var webhooks = webhooks(true, PATIENCE, local)) {
            int port = receiver.getAddress().getPort();
            webhooks.begin(jobFor("http://client.example:" + port + "/200?q=a%20b"), results::add);
            assertThat(results.poll(60, TimeUnit.SECONDS))
                    .isEqualTo(new WebhookCall.Delivered("status 200"));
            assertThat(lastRequest).isEqualTo("client.example:" + port + " /200?q=a%20b");
        }
    }

    /** The receiver's side of the Standard Webhooks specification. */
    @Test
    void aSignedCallCanBeCheckedByItsReceiver() throws Exception {
        EndpointConfig d = Samples.endpoint();
        endpoints =
                Map.of(
                        d.id(),
                        new EndpointConfig(
                                d.id(),
                                d.kind(),
                                d.engine(),
                                d.executionTimeout(),
                                d.ttl(),
                                d.reply(),
                                d.resultRetention(),
                                d.syncResultRetention(),
                                "whsec_"
                                        + Base64.getEncoder()
                                                .encodeToString("secret".getBytes(UTF_8)),
                                List.of("X-Installation: one")));
        assertThat(call("/200", true)).isEqualTo(new WebhookCall.Delivered("status 200"));
        assertThat(lastHeaders.getFirst("X-Installation")).isEqualTo("one");
        String signed =
                lastHeaders.getFirst("webhook-id")
                        + "."
                        + lastHeaders.getFirst("webhook-timestamp")
                        + "."
                        + lastBody;
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("secret".getBytes(UTF_8), "HmacSHA256"));
        assertThat(lastHeaders.getFirst("webhook-signature"))
                .isEqualTo(
                        "v1,"
                                + Base64.getEncoder()
                                        .encodeToString(mac.doFinal(signed.getBytes(UTF_8))));
        assertThat(lastHeaders.getFirst("webhook-timestamp"))
                .isEqualTo(Long.toString(clock.instant().getEpochSecond()));
    }

    private WebhookCall.Result call(String path, boolean privateAddresses) throws Exception {
        try (var webhooks = webhooks(privateAddresses, PATIENCE)) {
            return result(webhooks, job(path));
        }
    }

    private WebhookCall.Result result(HttpWebhooks webhooks, TrackedJob job) throws Exception {
        webhooks.begin(job, results::add);
        return Objects.requireNonNull(results.poll(60, TimeUnit.SECONDS));
    }

    private HttpWebhooks webhooks(boolean privateAddresses, Duration timeout) {
        return webhooks(privateAddresses, timeout, InetAddress::getAllByName);
    }

    private HttpWebhooks webhooks(
            boolean privateAddresses, Duration timeout, UrlGuard.Resolver resolver) {
        SinkConfig d = Samples.config(Path.of("unused"), privateAddresses);
        var config =
                new SinkConfig(
                        d.host(),
                        d.port(),
                        d.advertisedHost(),
                        d.stateDir(),
                        d.instanceId(),
                        d.lostAfter(),
                        d.lostJobRetries(),
                        timeout,
                        d.webhookPauses(),
                        d.webhookPrivateAddresses(),
                        1,
                        d.repliesAtOnce(),
                        d.secret(),
                        d.publicUrl(),
                        d.streamThreads(),
                        d.standbyReplicas());
        return new HttpWebhooks(
                config,
                endpoints,
                ref -> {
                    throw new IOException("no media here");
                },
                traces,
                clock,
                resolver);
    }

    private TrackedJob job(String path) {
        return jobFor("http://127.0.0.1:" + receiver.getAddress().getPort() + path);
    }

    private TrackedJob jobFor(String hook) {
        return ended(samples.job(hook, ReplyShape.ENVELOPE));
    }

    private TrackedJob ended(Job job) {
        JobRecord record =
                JobRecord.unseen(job.id()).submitted(job).apply(samples.completed(job, 1));
        return TrackedJob.unseen(job.id(), clock.instant()).folded(record, clock.instant());
    }
}
