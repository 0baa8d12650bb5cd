package io.heritage.observe.trace;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.HashMap;
import java.util.Map;

/**
 * OpenTelemetry's SDK as the environment configures it; its queue of spans is bounded, and what it
 * cannot send is dropped. The only class that needs the SDK, so that without an endpoint none of it
 * is loaded.
 */
final class SpanExport implements AutoCloseable {
    private final OpenTelemetrySdk sdk;

    private SpanExport(OpenTelemetrySdk sdk) {
        this.sdk = sdk;
    }

    static SpanExport start(TracingConfig config, String service) {
        return new SpanExport(
                AutoConfiguredOpenTelemetrySdk.builder()
                        .disableShutdownHook()
                        .addPropertiesSupplier(() -> defaults(config, service))
                        .build()
                        .getOpenTelemetrySdk());
    }

    /** Environment variables override these. */
    private static Map<String, String> defaults(TracingConfig config, String service) {
        var defaults = new HashMap<String, String>();
        defaults.put("otel.service.name", service);
        defaults.put("otel.exporter.otlp.protocol", "http/protobuf");
        defaults.put("otel.metrics.exporter", "none"); // Prometheus reads them
        defaults.put("otel.logs.exporter", "none");
        defaults.put("otel.bsp.schedule.delay", "1000");
        if (!config.endpoint().isEmpty()) {
            defaults.put("otel.exporter.otlp.endpoint", config.endpoint());
        }
        return defaults;
    }

    OpenTelemetry telemetry() {
        return sdk;
    }

    @Override
    public void close() {
        sdk.close();
    }
}
