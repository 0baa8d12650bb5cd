package io.heritage.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.PublishedModel;
import io.heritage.schemas.Wire;
import io.heritage.standalone.cli.command.Terminal;
import io.heritage.standalone.config.HeritageConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * The commands that the pages of the console tell people to type, on the real command line. Those
 * of {@code snippets.js} are made from a form; conformance/console runs them.
 */
class ConsoleCommandsTest {
    private static final Path PAGES =
            Path.of("../console/src/main/resources/io/heritage/console/page");
    private static final String MADE_FROM_A_FORM = "snippets.js";
    private static final Pattern FLAG = Pattern.compile("(\\w+): '([\\w-]+)'");
    private static final Path API =
            Path.of("../ingest-gateway/src/main/resources/io/heritage/gateway/openapi.json");

    /** Settings whose options the page makes of several, or of the name of a file. */
    private static final Set<String> MADE_BY_ITSELF =
            Set.of("res_w", "res_h", "model_type", "model_variant", "output");

    /** Up to the quote, tag or backquote that ends it. */
    private static final Pattern COMMAND =
            Pattern.compile("(?:[A-Z_]+=[^\\s\"'<`]+ )*\\./heritage [^\"'<`]+");

    static List<String> commands() throws IOException {
        try (Stream<Path> files = Files.list(PAGES)) {
            return files.filter(file -> file.toString().endsWith(".js"))
                    .filter(file -> !file.endsWith(MADE_FROM_A_FORM))
                    .flatMap(file -> commandsIn(file).stream())
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    private static List<String> commandsIn(Path file) {
        try {
            return COMMAND.matcher(Files.readString(file))
                    .results()
                    .map(MatchResult::group)
                    .map(String::strip)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The variables before a command, and its words. */
    private static Map<String, String> split(String command, List<String> words) {
        var environment = new HashMap<String, String>();
        for (String word : command.split("\\s+")) {
            int equals = word.indexOf('=');
            if (words.isEmpty() && equals > 0) {
                environment.put(word.substring(0, equals), word.substring(equals + 1));
            } else if (!word.equals("./heritage")) {
                words.add(word);
            }
        }
        return environment;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void theCommandLineTakesWhatAPageShows(String command) {
        List<String> words = new ArrayList<>();
        Map<String, String> environment = split(command, words);

        assertThatCode(() -> HeritageConfig.load(Optional.empty(), environment, List.of()))
                .as("its variables are settings")
                .doesNotThrowAnyException();
        ParseResult parsed =
                HeritageCommand.line(Terminal.none(), environment)
                        .parseArgs(words.toArray(String[]::new));
        List<CommandLine> named = parsed.asCommandLineList();
        assertThat(named.getLast().getCommandSpec().userObject())
                .as("a whole command")
                .isNotInstanceOf(Runnable.class);
        if (words.getFirst().equals("models") && words.size() > 2) {
            assertThat(PublishedModel.of(words.get(2))).as(words.get(2)).isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource({"RestoreInput,restore", "InterpolateInput,interpolate"})
    void everySettingOfAFormIsAnOptionOfTheCommandThatIsMadeFromIt(String schema, String name)
            throws IOException {
        String script = Files.readString(PAGES.resolve(MADE_FROM_A_FORM));
        int begin = script.indexOf("const FLAGS = {");
        Map<String, String> options =
                FLAG.matcher(script.substring(begin, script.indexOf("};", begin)))
                        .results()
                        .collect(Collectors.toMap(flag -> flag.group(1), flag -> flag.group(2)));
        CommandLine command =
                Objects.requireNonNull(
                        HeritageCommand.line(Terminal.none(), Map.of()).getSubcommands().get(name));
        JsonNode settings =
                Wire.json()
                        .readTree(API.toFile())
                        .at("/components/schemas/" + schema + "/properties");

        assertThat(settings.size()).isGreaterThan(MADE_BY_ITSELF.size());
        for (Map.Entry<String, JsonNode> setting : settings.properties()) {
            if (!setting.getValue().has("x-media") && !MADE_BY_ITSELF.contains(setting.getKey())) {
                assertThat(options).containsKey(setting.getKey());
                assertThat(command.getCommandSpec().findOption(options.get(setting.getKey())))
                        .as("%s as --%s", setting.getKey(), options.get(setting.getKey()))
                        .isNotNull();
            }
        }
    }

    @Test
    void theyAreFound() throws IOException {
        assertThat(commands())
                .contains(
                        "./heritage keys new NAME",
                        "./heritage models",
                        "./heritage models pull seedvr2_7b_sharp",
                        "./heritage up",
                        "HERITAGE_KAFKA_BOOTSTRAP_SERVERS=HOST:9092 ./heritage processor");
    }
}
