package io.heritage.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;

/** What the launcher prints without a JVM is what the command would. */
class HelpPagesTest {
    @TempDir Path folder;

    private static String help(List<String> words, Help.Ansi ansi) {
        var out = new StringWriter();
        List<String> line = new ArrayList<>(words);
        line.add("--help");
        HeritageCommand.lineFor(line, Terminal.none(), Map.of())
                .setColorScheme(Help.defaultColorScheme(ansi))
                .setOut(new PrintWriter(out, true))
                .execute(line.toArray(String[]::new));
        return out.toString();
    }

    private static List<String> paths(CommandLine line, String path) {
        List<String> all = new ArrayList<>(List.of(path));
        line.getSubcommands()
                .forEach((name, sub) -> all.addAll(paths(sub, (path + " " + name).strip())));
        return all;
    }

    @Test
    void thereIsAPageOfEachCommandThatSaysWhatItsHelpDoes() throws IOException {
        Path pages = folder.resolve("help");
        int code =
                HeritageCommand.line(Terminal.none(), Map.of())
                        .execute("help-pages", pages.toString());
        assertThat(code).isZero();

        CommandLine root = HeritageCommand.line(Terminal.none(), Map.of());
        for (String path : paths(root, "")) {
            String name = path.isEmpty() ? "heritage" : path;
            List<String> words = Stream.of(path.split(" ")).filter(w -> !w.isEmpty()).toList();
            assertThat(pages.resolve(name + ".txt")).hasContent(help(words, Help.Ansi.OFF));
            assertThat(pages.resolve(name + ".ansi")).hasContent(help(words, Help.Ansi.ON));
        }
        assertThat(Files.readString(pages.resolve("jobs list.ansi"))).contains("\033[");
    }

    @Test
    void pagesOfAnEarlierBuildAreGone() throws IOException {
        Files.writeString(folder.resolve("begone.txt"), "old");

        HeritageCommand.line(Terminal.none(), Map.of()).execute("help-pages", folder.toString());

        assertThat(folder.resolve("begone.txt")).doesNotExist();
        assertThat(folder.resolve("restore.txt")).isNotEmptyFile();
    }

    @Test
    void aCommandHasTheNameUnderWhichItIsListed() {
        HeritageCommand.COMMANDS.forEach((name, type) ->
                assertThat(type.getAnnotation(Command.class).name()).isEqualTo(name));
    }

    @Test
    void withOneCommandAloneUnknownOnesAreStillKnownToBeUnknown() {
        var err = new StringWriter();
        int code =
                HeritageCommand.lineFor(List.of("job", "list"), Terminal.none(), Map.of())
                        .setErr(new PrintWriter(err, true))
                        .execute("job", "list");

        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("job").contains("heritage jobs");
    }
}
