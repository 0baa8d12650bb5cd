package io.heritage.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.observe.Metric;
import io.heritage.observe.MetricsPage;
import io.heritage.observe.MetricsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/**
 * docs/metrics.md is the catalogue, and dashboards and rules name no metric and no label that is
 * not on a page.
 */
class MetricsPageTest {
    private static final Path DOCS = Path.of("..", "docs", "metrics.md");
    private static final Path DEPLOY = Path.of("..", "deploy");
    private static final Path RULES = DEPLOY.resolve("prometheus");

    /** Given to every series of a target by Prometheus, prometheus.yaml and the chart. */
    private static final Set<String> OF_TARGETS =
            Set.of("instance", "job", "part", "pod", "worker");

    private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");
    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*\\{([^}]*)\\}");
    private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");
    private static final Pattern LISTED =
            Pattern.compile("\\b(by|on|ignoring|without|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern RANGE = Pattern.compile("\\[[^\\]]*\\]");
    private static final Pattern NAME =
            Pattern.compile("(?<![\\w$.])[a-zA-Z_:][\\w:]*(?![\\w:]|\\s*\\()");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "offset");
    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\{\\{\\s*(?:\\$labels\\.)?(\\w+)[^}]*\\}\\}");
    private static final Pattern VARIABLE = Pattern.compile("label_values\\((\\w+), (\\w+)\\)");

    /** By the name of a series, its labels. */
    private static final Map<String, Set<String>> SERIES = new TreeMap<>();

    @BeforeAll
    static void collect() {
        for (Metric metric : Metric.values()) {
            for (String series : metric.series()) {
                var labels = new HashSet<>(metric.labels());
                if (series.endsWith("_bucket")) {
                    labels.add("le");
                }
                SERIES.put(series, labels);
            }
        }
        SERIES.put("up", Set.of());
        SERIES.put("DCGM_FI_DEV_XID_ERRORS", Set.of("gpu", "Hostname")); // NVIDIA's exporter
        try (var page = new MetricsPage()) {
            System.gc();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(page.text()).contains("jvm_gc_pause_seconds"));
            Pattern.compile("(?m)^((?:jvm|process|system)_\\w+)(?:\\{(.*)\\})? \\S+$")
                    .matcher(page.text())
                    .results()
                    .forEach(line ->
                            SERIES.computeIfAbsent(line.group(1), _ -> new HashSet<>())
                                    .addAll(
                                            all(
                                                    LABEL,
                                                    line.group(2) == null ? "" : line.group(2))));
        }
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).toList();
    }

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
        var wrong = new ArrayList<String>();
        eachMap(
                parse(file),
                map -> {
                    if (map.get("expr") instanceof String expression) {
                        wrong.addAll(unknownIn(expression, texts(map)));
                    }
                    if (map.get("series") instanceof String series) {
                        wrong.addAll(unknownIn(series, ""));
                    }
                    if (map.get("query") instanceof String query) {
                        VARIABLE.matcher(query)
                                .results()
                                .forEach(found ->
                                        wrong.addAll(
                                                unknownIn(
                                                        found.group(1)
                                                                + "{"
                                                                + found.group(2)
                                                                + "=\"\"}",
                                                        "")));
                    }
                });

        assertThat(wrong).isEmpty();
    }

    /** What shows labels of the result: a legend, or the annotations of an alert. */
    private static String texts(Map<?, ?> map) {
        return map.get("legendFormat") + " " + map.get("annotations");
    }

    private static List<String> unknownIn(String expression, String texts) {
        var wrong = new ArrayList<String>();
        String bare = STRING.matcher(expression).replaceAll("\"\"");
        for (MatchResult selector : SELECTOR.matcher(bare).results().toList()) {
            Set<String> labels = SERIES.getOrDefault(selector.group(1), Set.of());
            all(LABEL, selector.group(2)).stream()
                    .filter(label -> !labels.contains(label) && !OF_TARGETS.contains(label))
                    .forEach(label -> wrong.add(selector.group(1) + " has no label " + label));
        }
        String flat = RANGE.matcher(bare.replaceAll("\\{[^}]*\\}", "")).replaceAll("");
        List<String> names =
                NAME.matcher(LISTED.matcher(flat).replaceAll(""))
                        .results()
                        .map(MatchResult::group)
                        .filter(name -> !OPERATORS.contains(name))
                        .toList();
        names.stream()
                .filter(name -> !SERIES.containsKey(name))
                .forEach(name -> wrong.add("there is no " + name));
        Set<String> labels =
                names.stream()
                        .flatMap(name -> SERIES.getOrDefault(name, Set.of()).stream())
                        .collect(Collectors.toCollection(HashSet::new));
        labels.addAll(OF_TARGETS);
        var grouped = new HashSet<String>();
        for (MatchResult list : LISTED.matcher(flat).results().toList()) {
            for (String label : list.group(2).split("[,\\s]+")) {
                if (!labels.contains(label)) {
                    wrong.add("nothing in %s has a label %s".formatted(expression, label));
                }
                if (list.group(1).equals("by")) {
                    grouped.add(label);
                }
            }
        }
        Set<String> shown = grouped.isEmpty() ? labels : grouped;
        all(PLACEHOLDER, texts).stream()
                .filter(label -> !shown.contains(label))
                .forEach(label ->
                        wrong.add("%s gives no label %s to show".formatted(expression, label)));
        return wrong;
    }

    @Test
    void whatIsMisspelledIsNoticed() {
        assertThat(unknownIn("rate(jvm_gc_pauses_seconds_sum[5m])", ""))
                .containsExactly("there is no jvm_gc_pauses_seconds_sum");
        assertThat(unknownIn("sum(jvm_memory_used_bytes{areas=\"heap\"})", ""))
                .containsExactly("jvm_memory_used_bytes has no label areas");
        assertThat(unknownIn("max by (lanes) (heritage_queue_oldest_seconds)", ""))
                .singleElement()
                .asString()
                .endsWith("has a label lanes");
        assertThat(unknownIn("max by (lane) (heritage_queue_oldest_seconds)", "{{endpoint}}"))
                .singleElement()
                .asString()
                .endsWith("gives no label endpoint to show");
        assertThat(unknownIn("up{job=\"heritage\"} == 0", "{{ $labels.part }} of {{ $value }}"))
                .isEmpty();
    }

    @Test
    void eachAlertIsSeenToFireInATest() throws IOException {
        var alerts = new ArrayList<String>();
        eachMap(
                parse(RULES.resolve("rules.yaml")),
                map -> {
                    if (map.get("alert") instanceof String alert) {
                        alerts.add(alert);
                    }
                });
        var fired = new HashSet<String>();
        eachMap(
                parse(RULES.resolve("rules_test.yaml")),
                map -> {
                    if (map.get("exp_alerts") instanceof List<?> expected && !expected.isEmpty()) {
                        fired.add(String.valueOf(map.get("alertname")));
                    }
                });

        assertThat(alerts).hasSizeGreaterThan(10);
        assertThat(fired).containsExactlyInAnyOrderElementsOf(alerts);
    }

    /** JSON is YAML, too. */
    private static Object parse(Path file) throws IOException {
        return new Yaml().load(Files.readString(file));
    }

    private static void eachMap(Object tree, Consumer<Map<?, ?>> action) {
        if (tree instanceof Map<?, ?> map) {
            action.accept(map);
            map.values().forEach(value -> eachMap(value, action));
        } else if (tree instanceof List<?> list) {
            list.forEach(value -> eachMap(value, action));
        }
    }

    @Test
    void thereAreDashboardsAndRules() throws IOException {
        assertThat(watchers()).hasSizeGreaterThan(3);
    }
}
