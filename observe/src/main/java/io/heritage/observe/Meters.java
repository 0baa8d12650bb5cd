package io.heritage.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the metrics of the catalogue. Label values come in the order of {@link Metric#labels()}.
 * A metric has at most {@value #MOST_SERIES} combinations of label values; further ones are counted
 * together under {@value #OTHER}. Safe for use by any number of threads.
 */
public final class Meters {
    static final int MOST_SERIES = 500;

    /** Label value for all combinations beyond the bound. */
    public static final String OTHER = "other";

    private static final Logger LOG = LoggerFactory.getLogger(Meters.class);

    /** Bucket bounds for durations of jobs, from a warm image to the longest video. */
    private static final Duration[] BUCKETS =
            Stream.of(50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000)
                    .map(Duration::ofMillis)
                    .toArray(Duration[]::new);

    private static final Duration[] LONG_BUCKETS =
            Stream.of(2, 5, 10, 20, 30).map(Duration::ofMinutes).toArray(Duration[]::new);

    private static final Duration[] ALL_BUCKETS =
            Stream.of(BUCKETS, LONG_BUCKETS).flatMap(Stream::of).toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Map<Metric, Set<List<String>>> seen = new ConcurrentHashMap<>();
    private final Map<Metric, MultiGauge> rows = new ConcurrentHashMap<>();

    Meters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Records nothing. */
    public static Meters none() {
        return new Meters(new CompositeMeterRegistry());
    }

    public void count(Metric metric, String... labels) {
        add(metric, 1, labels);
    }

    public void add(Metric metric, double amount, String... labels) {
        require(metric, Metric.Kind.COUNTER);
        Counter.builder(metric.id())
                .description(metric.meaning())
                .tags(tags(metric, List.of(labels)))
                .register(registry)
                .increment(amount);
    }

    /** Negative times count as zero: clocks of two machines differ. */
    public void time(Metric metric, Duration duration, String... labels) {
        require(metric, Metric.Kind.TIMER);
        Timer.builder(metric.id())
                .description(metric.meaning())
                .tags(tags(metric, List.of(labels)))
                .serviceLevelObjectives(ALL_BUCKETS)
                .register(registry)
                .record(duration.isNegative() ? Duration.ZERO : duration);
    }

    /** A number that is read with the page; must answer at once. */
    public void gauge(Metric metric, Supplier<? extends Number> value, String... labels) {
        require(metric, Metric.Kind.GAUGE);
        Gauge.builder(metric.id(), value::get)
                .description(metric.meaning())
                .tags(tags(metric, List.of(labels)))
                .strongReference(true)
                .register(registry);
    }

    /** Sets all series of a gauge; earlier series that are missing end. */
    public void rows(Metric metric, Map<List<String>, ? extends Number> values) {
        require(metric, Metric.Kind.GAUGE);
        var next = new ArrayList<MultiGauge.Row<?>>();
        values.forEach((labels, value) -> {
            if (next.size() < MOST_SERIES) {
                next.add(MultiGauge.Row.of(named(metric, labels), value));
            }
        });
        rows.computeIfAbsent(
                        metric,
                        _ ->
                                MultiGauge.builder(metric.id())
                                        .description(metric.meaning())
                                        .register(registry))
                .register(next, true);
    }

    private Tags tags(Metric metric, List<String> labels) {
        Set<List<String>> known = seen.computeIfAbsent(metric, _ -> ConcurrentHashMap.newKeySet());
        if (known.contains(labels)) {
            return named(metric, labels);
        }
        if (known.size() >= MOST_SERIES) {
            return named(metric, labels.stream().map(_ -> OTHER).toList());
        }
        if (known.add(List.copyOf(labels)) && known.size() == MOST_SERIES) {
            LOG.atWarn()
                    .addKeyValue("metric", metric.exposed())
                    .addKeyValue("limit", MOST_SERIES)
                    .log(
                            "a metric has reached its limit of series; further ones are counted"
                                    + " together");
        }
        return named(metric, labels);
    }

    private static Tags named(Metric metric, List<String> values) {
        if (values.size() != metric.labels().size()) {
            throw new IllegalArgumentException(
                    "%s has the labels %s, not so many: %s"
                            .formatted(metric, metric.labels(), values));
        }
        var tags = new ArrayList<Tag>();
        for (int i = 0; i < values.size(); i++) {
            tags.add(Tag.of(metric.labels().get(i), values.get(i)));
        }
        return Tags.of(tags);
    }

    private static void require(Metric metric, Metric.Kind kind) {
        if (metric.kind() != kind) {
            throw new IllegalArgumentException(metric + " is a " + metric.kind());
        }
    }
}
