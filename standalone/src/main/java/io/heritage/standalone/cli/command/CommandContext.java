package io.heritage.standalone.cli.command;

import io.heritage.standalone.progress.Screen;
import java.util.Map;

/**
 * The environment of a command.
 *
 * @param global as the user gave them, once the arguments have been read
 */
public record CommandContext(
        Terminal terminal, Map<String, String> environment, GlobalOptions global) {

    /** The screen for progress. */
    Screen screen() {
        return Screen.of(terminal.stderrTty(), terminal.columns(), environment);
    }

    /** Whether a question can be asked. */
    public boolean canAsk() {
        return terminal.stdinTty() && terminal.stderrTty() && !global.noInput();
    }

    public boolean quiet() {
        return global.quiet();
    }

    /** Without values, because some are keys. */
    @Override
    public String toString() {
        return "CommandContext[" + terminal + "]";
    }
}
