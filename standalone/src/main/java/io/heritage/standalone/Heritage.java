package io.heritage.standalone;

import io.heritage.standalone.cli.HeritageCommand;
import io.heritage.standalone.cli.Terminal;

/** The main class of every command; {@code ./heritage} starts it. */
public final class Heritage {
    private Heritage() {}

    public static void main(String[] args) {
        System.exit(
                HeritageCommand.line(Terminal.ofLauncher(System.getProperties()), System.getenv())
                        .execute(args));
    }
}
