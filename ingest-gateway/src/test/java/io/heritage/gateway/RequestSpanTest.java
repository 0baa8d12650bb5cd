package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.gateway.RawClient.Reply;
import io.heritage.observe.MetricsPage;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Job;
import io.heritage.transport.memory.MemoryTransport;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests as spans, and the trace that a job takes along. */
final class RequestSpanTest {
    private static final String KEY = "hk-correct-horse";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";
    private static final String BODY =
            "{\"input\":{\"prompt\":\"a secret prompt\",\"start_image_base64\":\"aGFsbG8=\",\"end_image_base64\":\"aGFsbG8=\"}}";

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final MemoryTransport transport = new MemoryTransport(Clock.systemUTC());
    private final FakeSink sink = new FakeSink();
    private final MetricsPage page = new MetricsPage();

    @AfterEach
    void close() {
        sink.close();
        page.close();
    }

    private Reply post(Traces traces, String path, String body, String... headers)
            throws IOException {
        try (Gateway gateway =
                        Gateway.start(
                                GatewayFixture.config(sink, true),
                                List.of(
                                        EndpointConfig.defaults(
                                                new EndpointId("interpolate"),
                                                EndpointKind.INTERPOLATE)),
                                transport.media(),
                                transport.jobs(),
                                transport.events(),
                                page.meters(),
                                traces,
                                Clock.systemUTC());
                var client = new RawClient(gateway.port())) {
            return client.send("POST", path, body, headers);
        }
    }

    private Traces recording() {
        return Traces.of(
                OpenTelemetrySdk.builder()
                        .setTracerProvider(
                                SdkTracerProvider.builder()
                                        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                                        .build())
                        .build());
    }

    private SpanData span() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> exporter.getFinishedSpanItems().size() == 1);
        return exporter.getFinishedSpanItems().getFirst();
    }

    private Job job() {
        assertThat(transport.jobs().submitted()).hasSize(1);
        return transport.jobs().submitted().getFirst();
    }

    @Test
    void aJobGoesOnWithTheSpanOfItsRequest() throws IOException {
        post(
                recording(),
                "/v2/interpolate/run",
                BODY,
                "Authorization: Bearer " + KEY,
                "traceparent: " + PARENT);

        assertThat(span().getTraceId()).isEqualTo(TRACE);
        assertThat(span().getName()).isEqualTo("POST run");
        assertThat(job().traceparent()).isEqualTo("00-" + TRACE + "-" + span().getSpanId() + "-01");
    }

    @Test
    void aGatewayThatRecordsNothingPassesTheTraceOn() throws IOException {
        post(
                Traces.none(),
                "/v2/interpolate/run",
                BODY,
                "Authorization: Bearer " + KEY,
                "traceparent: " + PARENT);

        assertThat(job().traceparent()).isEqualTo(PARENT);
    }

    @Test
    void aJobOfAClientWithoutTracesHasNone() throws IOException {
        post(Traces.none(), "/v2/interpolate/run", BODY, "Authorization: Bearer " + KEY);

        assertThat(job().traceparent()).isNull();
    }

    @Test
    void aSpanTellsNeitherPromptNorKeyNorPath() throws IOException {
        post(
                recording(),
                "/v2/interpolate/run",
                BODY,
                "Authorization: Bearer " + KEY,
                "traceparent: " + PARENT,
                "tracestate: vendor=a-secret-of-the-client");
        SpanData submitted = span();
        exporter.reset();
        post(recording(), "/v2/nothing/" + KEY, BODY, "Authorization: Bearer " + KEY);

        for (SpanData span : List.of(submitted, span())) {
            assertThat(Objects.toString(span))
                    .doesNotContain("secret")
                    .doesNotContain("hk-correct")
                    .doesNotContain("aGFsbG8");
        }
        assertThat(span().getName()).isEqualTo("request");
    }

    @Test
    void theBodyOfARequestIsCountedByItsOperation() throws IOException {
        post(recording(), "/v2/interpolate/run", BODY, "Authorization: Bearer " + KEY);

        assertThat(span().getName()).as("ended").isEqualTo("POST run");
        assertThat(page.text())
                .contains(
                        "heritage_http_body_bytes_total{operation=\"run\"} "
                                + (double) BODY.length(),
                        "heritage_http_requests_seconds_count{operation=\"run\",status=\"200\"} 1");
    }

    @Test
    void aRefusedRequestIsASpanWithItsStatus() throws IOException {
        post(recording(), "/v2/interpolate/run", "no json", "Authorization: Bearer " + KEY);

        assertThat(span().getAttributes().asMap().toString())
                .contains("http.response.status_code=400");
    }
}
