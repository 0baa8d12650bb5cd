package io.heritage.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.observe.Metric;
import io.heritage.observe.MetricsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/metrics.md is the catalogue, and dashboards and rules name nothing that is not in it. */
class MetricsPageTest {
    private static final Path DOCS = Path.of("..", "docs", "metrics.md");
    private static final Path DEPLOY = Path.of("..", "deploy");
    private static final Pattern NAME = Pattern.compile("\\bheritage_[a-z_]+");

    /** Series that rules record themselves have colons in their names. */
    private static final Set<String> SERIES =
            Stream.of(Metric.values())
                    .flatMap(metric -> metric.series().stream())
                    .collect(Collectors.toSet());

    @Test
    void thePageIsWhatTheCatalogueSays() throws IOException {
        String page = Files.readString(DOCS);

        assertThat(page.substring(page.indexOf("## Gateway"), page.indexOf("## Java")))
                .as("docs/metrics.md; the right text is below")
                .isEqualTo(MetricsTable.markdown() + "\n");
    }

    static List<Path> watchers() throws IOException {
        try (Stream<Path> files = Files.walk(DEPLOY)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().matches(".*[.](json|ya?ml|tpl)"))
                    .filter(file ->
                            file.toString().contains("grafana")
                                    || file.toString().contains("prometheus"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("watchers")
    void dashboardsAndRulesNameOnlyWhatThereIs(Path file) throws IOException {
        Set<String> named =
                NAME.matcher(Files.readString(file))
                        .results()
                        .map(found -> found.group())
                        .collect(Collectors.toSet());

        assertThat(SERIES).containsAll(named);
    }

    @Test
    void thereAreDashboardsAndRules() throws IOException {
        assertThat(watchers()).hasSizeGreaterThan(3);
    }
}
