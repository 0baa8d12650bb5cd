package io.heritage.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.Terminal;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmUpCommandTest {
    @TempDir Path folder;

    /** Whose cache the launcher would not keep otherwise. */
    @Test
    void everyCommandThatAsksAServerEndsWellAtTheStandIn() {
        int code =
                HeritageCommand.line(Terminal.none(), Map.of())
                        .execute("train", "--client", folder.resolve("none").toString());

        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(folder).isEmptyDirectory();
    }
}
