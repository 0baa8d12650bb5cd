package io.heritage.standalone.cli.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.standalone.cli.HeritageCommand;
import io.heritage.standalone.cli.command.Terminal;
import io.heritage.standalone.config.HeritageConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    @TempDir Path folder;

    private int run(Map<String, String> environment, String... arguments) {
        return HeritageCommand.line(Terminal.none(), environment)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void badConfigurationEndsWith78AndWithoutAStackTrace() throws Exception {
        Path file = Files.writeString(folder.resolve("h.yaml"), "gateway: {prot: 1}");

        assertThat(run(Map.of(), "config", "--config", file.toString())).isEqualTo(78);

        assertThat(err.toString())
                .contains("h.yaml:1: gateway.prot: unknown key; did you mean 'port'?")
                .doesNotContain("\tat ");
    }

    @Test
    void theConfigurationFileCanBeNamedByTheEnvironment() throws Exception {
        Path file = Files.writeString(folder.resolve("h.yaml"), "gateway: {port: 4711}");

        assertThat(run(Map.of("HERITAGE_CONFIG", file.toString()), "config")).isZero();

        assertThat(out.toString()).contains("  port: 4711\n");
    }

    @Test
    void theConfigurationThatIsShownIsTheOneThatUpWouldUse() throws Exception {
        Path file = Files.writeString(folder.resolve("h.yaml"), "gateway: {port: 4711}");
        var up = HeritageConfig.loadForUp(Optional.of(file), Map.of(), List.of());
        var separate = HeritageConfig.load(Optional.of(file), Map.of(), List.of());
        assertThat(up.kafka().mediaRetentionBytes())
                .isNotEqualTo(separate.kafka().mediaRetentionBytes());

        assertThat(run(Map.of(), "config", "--config", file.toString())).isZero();
        Path shown = Files.writeString(folder.resolve("shown.yaml"), out.toString());

        assertThat(HeritageConfig.load(Optional.of(shown), Map.of(), List.of())).isEqualTo(up);
    }
}
