package io.heritage.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/configuration.md lists every key there is, with the default it has. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z][A-Za-z0-9.-]*)` \\| ?(.*?) ?\\| (.+) \\|$");

    /** Their default is a sentence. */
    private static final Set<String> DESCRIBED =
            Set.of("endpoints.ID.kind", "endpoints.ID.reply", "processor.worker");

    private static Map<String, String> page() throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                assertThat(rows.put(row.group(1), row.group(2).replace("`", "").strip()))
                        .as("second row of %s", row.group(1))
                        .isNull();
            }
        }
        return rows;
    }

    /** Defaults of an endpoint come with its kind, not with the tree. */
    private static String defaultOf(ConfigKey key) {
        String ofEndpoint = "endpoints.ID.";
        if (!key.path().startsWith(ofEndpoint)) {
            return key.fallback();
        }
        var endpoint = EndpointConfig.defaults(new EndpointId("any"), EndpointKind.INTERPOLATE);
        return new ValueKind.Tree(EndpointConfig.class)
                .fields().stream()
                        .filter(field -> key.path().equals(ofEndpoint + field.key()))
                        .map(field -> ConfigKey.show(key.path(), field.of(endpoint)))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void everyKeyIsListedAndNoOther() throws IOException {
        assertThat(page().keySet())
                .containsExactlyElementsOf(
                        ConfigKey.of(HeritageConfig.class).stream().map(ConfigKey::path).toList());
    }

    @Test
    void everyDefaultIsTheOneTheRecordsHave() throws IOException {
        Map<String, String> page = page();
        for (ConfigKey key : ConfigKey.of(HeritageConfig.class)) {
            if (!DESCRIBED.contains(key.path())) {
                assertThat(page.get(key.path())).as(key.path()).isEqualTo(defaultOf(key));
            }
        }
    }

    @Test
    void aVariableThatIsNoKeyIsOnThePageAndNoMistakeInTheEnvironment()
            throws IOException, InvalidConfiguration {
        Set<String> others = new TreeSet<>();
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("| `HERITAGE_")) {
                Matcher names =
                        Pattern.compile("`(HERITAGE_[A-Z_]+)`").matcher(line.split("\\|")[1]);
                names.results().forEach(name -> others.add(name.group(1)));
            }
        }
        assertThat(others).isEqualTo(new TreeSet<>(EnvironmentSettings.OTHER_VARIABLES));

        Problems problems = new Problems();
        Map<String, String> environment =
                others.stream().collect(Collectors.toMap(name -> name, _ -> "anything"));
        var settings = new EnvironmentSettings(HeritageConfig.class).read(environment, problems);

        assertThat(settings).isEqualTo(Setting.Section.empty(""));
        problems.throwIfAny();
    }
}
