package io.heritage.observe.trace;

import java.net.URI;

/**
 * Destination of spans.
 *
 * @param endpoint URL of a collector that takes OTLP over HTTP, without {@code /v1/traces}; empty
 *     for none, unless the environment has one ({@value Traces#ENDPOINT_VARIABLE})
 */
public record TracingConfig(String endpoint) {

    public TracingConfig {
        if (!endpoint.isEmpty() && !isHttp(endpoint)) {
            throw new IllegalArgumentException(
                    "endpoint: expected an http or https URL such as http://localhost:4318, found '"
                            + endpoint
                            + "'");
        }
    }

    public static TracingConfig defaults() {
        return new TracingConfig("");
    }

    private static boolean isHttp(String text) {
        try {
            URI uri = URI.create(text);
            return uri.getHost() != null
                    && ("http".equalsIgnoreCase(uri.getScheme())
                            || "https".equalsIgnoreCase(uri.getScheme()));
        } catch (IllegalArgumentException notAUri) {
            return false;
        }
    }
}
