package io.heritage.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetersTest {
    private final MetricsPage page = new MetricsPage();
    private final Meters meters = page.meters();

    @AfterEach
    void close() {
        page.close();
    }

    private static void record(Meters meters, Metric metric, String[] labels) {
        switch (metric.kind()) {
            case COUNTER -> meters.count(metric, labels);
            case TIMER -> meters.time(metric, Duration.ofMillis(700), labels);
            case GAUGE -> meters.gauge(metric, () -> 7, labels);
        }
    }

    /** Names of series on the page, each with its own labels, without those of buckets. */
    private Map<String, Set<String>> series() {
        Pattern line = Pattern.compile("^(heritage_[a-z_]+)(?:[{](.*)[}])? .*", Pattern.MULTILINE);
        return line.matcher(page.text())
                .results()
                .collect(
                        Collectors.toMap(
                                found -> found.group(1),
                                found -> labels(found.group(2)),
                                (a, _) -> a));
    }

    private static Set<String> labels(String text) {
        Matcher names = Pattern.compile("([a-z]+)=\"").matcher(text == null ? "" : text);
        return names.results()
                .map(found -> found.group(1))
                .filter(name -> !name.equals("le"))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void aMetricIsOnThePageUnderTheNameTheCatalogueSays(Metric metric) {
        record(meters, metric, metric.labels().toArray(String[]::new));

        assertThat(series().keySet()).containsExactlyInAnyOrderElementsOf(metric.series());
        assertThat(series().values()).containsOnly(Set.copyOf(metric.labels()));
    }

    @Test
    void noTwoMetricsShareAName() {
        assertThat(Stream.of(Metric.values()).map(Metric::exposed)).doesNotHaveDuplicates();
    }

    @Test
    void noLabelNamesAJobOrACaller() {
        assertThat(Stream.of(Metric.values()).flatMap(metric -> metric.labels().stream()))
                .doesNotContain("job", "owner", "key", "webhook", "client");
    }

    @Test
    void labelValuesBeyondTheBoundAreCountedTogether() {
        for (int i = 0; i < Meters.MOST_SERIES + 20; i++) {
            meters.count(Metric.MEDIA_ERRORS, "reason" + i);
        }

        assertThat(page.text())
                .contains("heritage_media_errors_total{reason=\"reason0\"} 1.0")
                .contains("heritage_media_errors_total{reason=\"other\"} 20.0");
        assertThat(page.text().lines().filter(line -> line.startsWith("heritage_media_errors")))
                .hasSize(Meters.MOST_SERIES + 1);
    }

    @Test
    void rowsThatAreNotGivenAgainLeaveThePage() {
        meters.rows(Metric.MODEL_RESIDENT, Map.of(List.of("rife"), 1, List.of("wan"), 1));
        meters.rows(Metric.MODEL_RESIDENT, Map.of(List.of("wan"), 1));

        assertThat(page.text())
                .contains("heritage_model_resident{model=\"wan\"} 1.0")
                .doesNotContain("model=\"rife\"");
    }

    @Test
    void bucketsReachFromATwentiethOfASecondToHalfAnHour() {
        meters.time(Metric.JOB_DELAY, Duration.ofSeconds(-3), "restore", "high");

        var bounds = new ArrayList<String>();
        Matcher le = Pattern.compile("le=\"([^\"]+)\"").matcher(page.text());
        while (le.find()) {
            bounds.add(le.group(1));
        }
        assertThat(bounds).startsWith("0.05").endsWith("1800.0", "+Inf").hasSize(16);
        assertThat(page.text()).contains("heritage_job_delay_seconds_sum{endpoint=\"restore\"");
    }

    @Test
    void labelsThatDoNotFitTheMetricAreAMistakeOfTheCaller() {
        assertThatThrownBy(() -> meters.count(Metric.JOBS, "restore"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("endpoint");
    }
}
