package io.heritage.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.Terminal;
import io.heritage.standalone.cli.jobs.FakeServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help;

class GlobalOptionsTest {
    private static final Terminal SCREEN = new Terminal(true, true, true, 80);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private FakeServer server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeServer();
        server.on("GET /v2/restore/requests?limit=20", 200, "{\"requests\":[]}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int run(String... words) {
        return HeritageCommand.lineFor(List.of(words), SCREEN, Map.of("HERITAGE_URL", server.url()))
                .setColorScheme(Help.defaultColorScheme(Help.Ansi.ON))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words);
    }

    @Test
    void quietLeavesResultsAndErrors() {
        assertThat(run("jobs", "list", "--endpoint", "restore")).isZero();
        assertThat(err.toString()).contains("no such jobs");

        err.getBuffer().setLength(0);
        assertThat(run("jobs", "list", "--endpoint", "restore", "-q")).isZero();
        assertThat(err.toString()).isEmpty();

        assertThat(run("-q", "jobs", "watch", "none-u1")).isEqualTo(ExitCode.ERROR);
        assertThat(err.toString()).contains("none-u1");
    }

    @Test
    void noColorIsForHelpToo() {
        assertThat(run("jobs", "--help")).isZero();
        assertThat(out.toString()).contains("\033[");

        for (String[] words :
                List.of(
                        new String[] {"jobs", "--help", "--no-color"},
                        new String[] {"--no-color", "jobs", "--help"},
                        new String[] {"--no-color", "--help"})) {
            out.getBuffer().setLength(0);
            assertThat(run(words)).isZero();
            assertThat(out.toString()).contains("Usage:").doesNotContain("\033[");
        }
    }

    @Test
    void noInputFailsWhereAQuestionWouldBeAsked() {
        assertThat(run("jobs", "purge", "--endpoint", "restore", "--no-input"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--yes");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void everyCommandTakesThem() {
        CommandLine root = HeritageCommand.line(Terminal.none(), Map.of());
        List<CommandLine> all = new ArrayList<>(HeritageCommand.withSubcommands(root));

        assertThat(all)
                .hasSizeGreaterThan(30)
                .allSatisfy(line ->
                        assertThat(line.getCommandSpec().optionsMap())
                                .containsKeys("-q", "--quiet", "--no-color", "--no-input"));
    }
}
