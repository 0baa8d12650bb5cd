package io.heritage.standalone.cli;

import io.heritage.standalone.cli.command.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Runs the program in this JVM and keeps what it prints. */
abstract class HeritageCommandFixture {
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    @TempDir Path folder;

    int run(String... arguments) {
        return run(Map.of(), arguments);
    }

    int run(Map<String, String> environment, String... arguments) {
        return HeritageCommand.line(Terminal.none(), environment)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
