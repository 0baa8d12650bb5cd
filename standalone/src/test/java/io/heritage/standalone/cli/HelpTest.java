package io.heritage.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.PublishedModel;
import io.heritage.standalone.cli.command.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class HelpTest {
    private static final CommandLine ROOT = HeritageCommand.line(Terminal.none(), Map.of());

    static Stream<String> commands() {
        return names(ROOT, "").stream();
    }

    private static List<String> names(CommandLine line, String path) {
        List<String> all = new ArrayList<>();
        all.add(path.strip());
        line.getSubcommands().forEach((name, sub) -> all.addAll(names(sub, path + " " + name)));
        return all;
    }

    private static String help(String command) {
        var out = new StringWriter();
        List<String> line = new ArrayList<>(List.of(command.split(" ")));
        line.removeIf(String::isEmpty);
        line.add("--help");
        HeritageCommand.line(Terminal.none(), Map.of())
                .setOut(new PrintWriter(out, true))
                .execute(line.toArray(String[]::new));
        return out.toString();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void noLineBreaksInsideACommandOrAUrlOrIsTooWide(String command) {
        if (command.equals("help")) {
            return; // picocli's own
        }
        String page = help(command);

        assertThat(page.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        for (String word : words(spec(command))) {
            assertThat(page.lines())
                    .as("'%s' is whole", word)
                    .anyMatch(line -> List.of(line.split("[ \\[\\]]")).contains(word));
        }
        for (String example : examples(command)) {
            assertThat(page.lines()).as("whole in one line").contains(example);
        }
    }

    private static List<String> examples(String command) {
        return Arrays.stream(spec(command).usageMessage().footer())
                .filter(text -> text.startsWith("  "))
                .toList();
    }

    private static CommandSpec spec(String command) {
        CommandLine line = ROOT;
        for (String name : command.isEmpty() ? List.<String>of() : List.of(command.split(" "))) {
            line = Objects.requireNonNull(line.getSubcommands().get(name));
        }
        return line.getCommandSpec();
    }

    /** Everything that may be wrapped. */
    private static List<String> words(CommandSpec spec) {
        Stream<String> options =
                spec.args().stream().flatMap(arg -> Arrays.stream(arg.description()));
        return Stream.concat(Arrays.stream(spec.usageMessage().description()), options)
                .flatMap(text -> Arrays.stream(text.split("\\s+")))
                .filter(word -> !word.contains("$") && !word.contains("%"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void ofEveryCommandTheShortOptionLogsMore(String command) {
        if (!command.isEmpty() && !command.equals("help")) {
            assertThat(spec(command).findOption("-v").longestName()).isEqualTo("--verbose");
        }
    }

    @Test
    void everyModelOfTheCatalogueIsInTheHelp() {
        assertThat(help("models pull"))
                .contains(Arrays.stream(PublishedModel.values()).map(PublishedModel::id).toList());
        assertThat(help("restore"))
                .contains(PublishedModel.restoring().stream().map(PublishedModel::id).toList());
    }

    @Test
    void theLicenceOfEveryModelIsInTheHelpBeforeItIsDownloaded() {
        for (PublishedModel model : PublishedModel.values()) {
            assertThat(help("models pull").lines())
                    .as(model.id())
                    .anyMatch(line ->
                            line.startsWith("  " + model.id() + " ")
                                    && line.endsWith("licence: " + model.licence()));
        }
    }

    @Test
    void completionOffersTheModels() {
        var out = new StringWriter();
        HeritageCommand.line(Terminal.none(), Map.of())
                .setOut(new PrintWriter(out, true))
                .execute("completion");

        assertThat(out.toString()).contains("\"seedvr2_7b_sharp\"");
    }
}
