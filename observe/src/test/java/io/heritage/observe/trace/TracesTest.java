package io.heritage.observe.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracesTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";

    @TempDir Path folder;

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final Traces traces =
            Traces.of(
                    OpenTelemetrySdk.builder()
                            .setTracerProvider(
                                    SdkTracerProvider.builder()
                                            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                                            .build())
                            .build());

    private SpanData only() {
        assertThat(exporter.getFinishedSpanItems()).hasSize(1);
        return exporter.getFinishedSpanItems().getFirst();
    }

    @Test
    void aSpanIsAChildOfTheOneThatTheClientNames() {
        traces.begin(TraceSpan.Kind.SERVER, "request", PARENT).end();

        assertThat(only().getTraceId()).isEqualTo(TRACE);
        assertThat(only().getParentSpanId()).isEqualTo("00f067aa0ba902b7");
    }

    @Test
    void whatTheThreadDoesWithinASpanBelongsToIt() {
        TraceSpan outer = traces.begin(TraceSpan.Kind.SERVER, "outer", PARENT);
        try (var _ = outer.enter()) {
            assertThat(TraceContext.current()).isEqualTo(outer.traceparent()).contains(TRACE);
            traces.begin(TraceSpan.Kind.INTERNAL, "inner", (String) null).end();
        }

        assertThat(only().getTraceId()).isEqualTo(TRACE);
        assertThat(TraceContext.current()).as("afterwards").isNull();
    }

    @Test
    void nothingGoesOnWhereThereIsNoTrace() {
        traces.goOn(TraceSpan.Kind.CLIENT, "webhook", null).end();

        assertThat(exporter.getFinishedSpanItems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "none",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nX-Other: 1",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            })
    void aHeaderThatIsNoTraceBeginsANewOne(String header) {
        traces.begin(TraceSpan.Kind.SERVER, "request", header).end();

        assertThat(only().getTraceId()).isNotEqualTo(TRACE);
        assertThat(only().getParentSpanId()).isEqualTo(SpanId.getInvalid());
    }

    /** Two machines' clocks: the wait would end before it began. */
    @Test
    void aWaitIsNeverNegative() {
        Instant until = Instant.parse("2026-11-29T10:00:00Z");
        traces.past("queue", PARENT, until.plusSeconds(5), until);

        assertThat(only().getStartEpochNanos()).isEqualTo(only().getEndEpochNanos());
    }

    @Test
    void theTraceOfAClientGoesOnThoughNothingIsRecorded() {
        TraceSpan span = Traces.none().begin(TraceSpan.Kind.SERVER, "request", PARENT);

        assertThat(span.traceparent()).isEqualTo(PARENT);
        assertThat(Traces.none().begin(TraceSpan.Kind.SERVER, "request", (String) null))
                .extracting(TraceSpan::traceparent)
                .isNull();
    }

    @Test
    void anEndpointThatIsNoUrlIsRefused() {
        assertThatThrownBy(() -> new TracingConfig("localhost:4318"))
                .hasMessageContaining("endpoint: expected an http or https URL");
    }

    /** What a process without an endpoint pays: no class of the SDK, and no thread. */
    @Test
    void withoutAnEndpointTheSdkIsNotLoaded() throws Exception {
        assertThat(loaded(Map.of()))
                .anyMatch(line -> line.contains("io.opentelemetry.api."))
                .noneMatch(line -> line.contains("io.opentelemetry.sdk."))
                .noneMatch(line -> line.contains("io.opentelemetry.exporter."))
                .noneMatch(line -> line.startsWith("thread BatchSpan"));
        assertThat(loaded(Map.of(Traces.ENDPOINT_VARIABLE, "http://127.0.0.1:9")))
                .anyMatch(line -> line.contains("io.opentelemetry.sdk."))
                .anyMatch(line -> line.startsWith("thread BatchSpan"));
    }

    private List<String> loaded(Map<String, String> environment)
            throws IOException, InterruptedException {
        var builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-Xlog:class+load:stdout",
                                "-cp",
                                productClassPath(),
                                OneSpan.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_"));
        builder.environment().putAll(environment);
        Path out = folder.resolve("out");
        Process process = builder.redirectOutput(out.toFile()).start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isZero();
        return Files.readAllLines(out);
    }

    /** The library of this test would put a class of the SDK in place. */
    private static String productClassPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("opentelemetry-sdk-testing"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Makes a span as the environment wants it, and tells the threads there are. */
    static final class OneSpan {
        private OneSpan() {}

        public static void main(String[] args) {
            Traces traces = Traces.open(TracingConfig.defaults(), "test", System.getenv());
            TraceSpan span = traces.begin(TraceSpan.Kind.SERVER, "request", PARENT);
            try (var _ = span.enter()) {
                traces.within(span, "stage").end();
            }
            Thread.getAllStackTraces()
                    .keySet()
                    .forEach(thread -> System.out.println("thread " + thread.getName()));
            System.out.flush();
            Runtime.getRuntime().halt(0); // nobody listens: nothing to be sent
        }
    }
}
