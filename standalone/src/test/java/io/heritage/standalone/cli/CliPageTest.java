package io.heritage.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** docs/cli.md beside the commands and codes that there are. */
class CliPageTest {
    private static final Path PAGE = Path.of("../docs/cli.md");
    private static final Pattern COMMAND = Pattern.compile("\\| `heritage ([a-z -]+)` \\|.*");
    private static final Pattern CODE = Pattern.compile("\\| (\\d+) \\| (?:`(\\w+)`)? ?\\|.*");

    /** A command that only has others is no row of its own. */
    private static List<String> commands(CommandLine line, String path) {
        List<String> all = new ArrayList<>();
        line.getSubcommands()
                .forEach((name, sub) -> {
                    String longer = (path + " " + name).strip();
                    boolean group = sub.getCommandSpec().userObject() instanceof Runnable;
                    if (!sub.getCommandSpec().usageMessage().hidden()
                            && (!group || name.equals("help"))) {
                        all.add(longer);
                    }
                    all.addAll(commands(sub, longer));
                });
        return all;
    }

    @Test
    void everyCommandIsInTheTableAndNoOther() throws IOException {
        List<String> rows =
                Files.readAllLines(PAGE).stream()
                        .map(COMMAND::matcher)
                        .filter(Matcher::matches)
                        .map(row -> row.group(1))
                        .toList();

        assertThat(rows)
                .containsExactlyInAnyOrderElementsOf(
                        commands(HeritageCommand.line(Terminal.none(), Map.of()), ""));
    }

    @Test
    void everyExitCodeIsInTheTableWithItsWord() throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = CODE.matcher(line);
            if (row.matches()) {
                rows.put(row.group(1), row.group(2) == null ? "" : row.group(2));
            }
        }
        assertThat(rows.keySet()).containsExactlyElementsOf(ExitCode.list().keySet());
        rows.forEach((code, word) -> {
            if (!word.isEmpty()) {
                assertThat(ExitCode.word(Integer.parseInt(code))).isEqualTo(word);
            }
        });
    }
}
