package io.heritage.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heritage.standalone.cli.command.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The completion scripts in the shells themselves, where they are installed. */
class CompletionTest {
    private static final long SECONDS = 120;

    @TempDir Path folder;

    private Path script(String shell) throws IOException {
        var out = new StringWriter();
        int code =
                HeritageCommand.line(Terminal.none(), Map.of())
                        .setOut(new PrintWriter(out, true))
                        .execute("completion", shell);
        assertThat(code).isZero();
        return Files.writeString(folder.resolve("completion." + shell), out.toString());
    }

    private String run(String... command) throws Exception {
        boolean there =
                Stream.of("/bin", "/usr/bin", "/usr/local/bin")
                        .anyMatch(bin -> Files.isExecutable(Path.of(bin, command[0])));
        assumeTrue(there, () -> command[0] + " is not installed: its completion is not tried");
        Path said = folder.resolve("said");
        Process shell =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        shell.getOutputStream().close();
        assertThat(shell.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        return Files.readString(said, StandardCharsets.UTF_8);
    }

    /** What bash offers after these words, the last of which is incomplete. */
    private String bash(String... words) throws Exception {
        Path script = script("bash");
        String line = String.join(" ", words);
        String code =
                """
                source %s
                COMP_WORDS=(%s); [ "${COMP_WORDS[-1]}" != '.' ] || COMP_WORDS[-1]=''
                COMP_CWORD=%d COMP_LINE='%s' COMP_POINT=%d
                _complete_heritage
                printf '%%s\\n' "${COMPREPLY[@]}"
                """
                        .formatted(script, line, words.length - 1, line, line.length());
        return run("bash", "-c", code);
    }

    @Test
    void bashOffersCommandsOptionsAndValues() throws Exception {
        assertThat(bash("heritage", "job").lines()).contains("jobs");
        assertThat(bash("heritage", "jobs", "w").lines()).contains("watch");
        assertThat(bash("heritage", "jobs", "list", "--st").lines()).contains("--status");
        assertThat(bash("heritage", "restore", "--progress", "j").lines()).contains("json");
    }

    @Test
    void zshReadsTheScriptAndRegistersIt() throws Exception {
        String code =
                """
                autoload -Uz compinit && compinit -u -d %s
                source %s
                print -r -- "$_comps[heritage]"
                """
                        .formatted(folder.resolve("dump"), script("zsh"));
        assertThat(run("zsh", "-f", "-c", code)).contains("_bash_complete").contains("heritage");
    }

    private List<String> fish(String line) throws Exception {
        String code = "source %s; complete -C '%s'".formatted(script("fish"), line);
        return run("fish", "--no-config", "-c", code).lines().toList();
    }

    @Test
    void fishOffersCommandsOptionsAndValues() throws Exception {
        assertThat(fish("heritage job")).anyMatch(line -> line.startsWith("jobs\tLists the jobs"));
        assertThat(fish("heritage jobs ")).anyMatch(line -> line.startsWith("download\t"));
        assertThat(fish("heritage jobs ")).noneMatch(line -> line.startsWith("restore"));
        assertThat(fish("heritage jobs list --st")).anyMatch(line -> line.startsWith("--status\t"));
        assertThat(fish("heritage restore --progress "))
                .hasSize(5)
                .anyMatch(line -> line.startsWith("json\t"));
        assertThat(fish("heritage models pull see"))
                .anyMatch(line -> line.startsWith("seedvr2_3b"));
        assertThat(fish("heritage ")).noneMatch(line -> line.startsWith("train"));
    }
}
