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

    /** What progress is drawn on. */
    Screen screen() {
        return Screen.of(terminal.stderrTty(), terminal.columns(), environment);
    }

    /** Whether somebody can be asked a question. */
    public boolean canAsk() {
        return terminal.stdinTty() && terminal.stderrTty() && !global.noInput();
    }

    public boolean quiet() {
        return global.quiet();
    }

    /** No values: some are keys. */
    @Override
    public String toString() {
        return "CommandContext[" + terminal + "]";
    }
}
