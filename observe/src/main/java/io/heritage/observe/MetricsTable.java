package io.heritage.observe;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The catalogue as the tables of {@code docs/metrics.md}. */
public final class MetricsTable {
    private MetricsTable() {}

    /** Markdown, a table for each part. */
    public static String markdown() {
        return Stream.of(Metric.Part.values())
                .map(MetricsTable::of)
                .collect(Collectors.joining("\n"));
    }

    private static String of(Metric.Part part) {
        return "## %s%n%n| metric | type | labels | meaning |%n|---|---|---|---|%n"
                        .formatted(heading(part))
                + Stream.of(Metric.values())
                        .filter(metric -> metric.part() == part)
                        .map(MetricsTable::row)
                        .collect(Collectors.joining());
    }

    private static String heading(Metric.Part part) {
        return switch (part) {
            case GATEWAY -> "Gateway";
            case PROCESSOR -> "Processor";
            case SINK -> "Sink";
            case EVERY -> "Every part";
        };
    }

    private static String row(Metric metric) {
        return "| `%s` | %s | %s | %s |%n"
                .formatted(
                        metric.exposed(),
                        metric.kind() == Metric.Kind.TIMER
                                ? "histogram"
                                : metric.kind().name().toLowerCase(Locale.ROOT),
                        metric.labels().stream()
                                .map("`%s`"::formatted)
                                .collect(Collectors.joining(", ")),
                        metric.meaning());
    }
}
