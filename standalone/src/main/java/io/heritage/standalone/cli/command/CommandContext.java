package io.heritage.standalone.cli.command;

import io.heritage.standalone.progress.Screen;
import java.util.Map;

/** What a command finds around it. */
public record CommandContext(Terminal terminal, Map<String, String> environment) {

    /** What progress is drawn on. */
    Screen screen() {
        return Screen.of(terminal.stderrTty(), terminal.columns(), environment);
    }

    /** Whether somebody can be asked a question. */
    public boolean canAsk() {
        return terminal.stdinTty() && terminal.stderrTty();
    }

    /** No values: some are keys. */
    @Override
    public String toString() {
        return "CommandContext[" + terminal + "]";
    }
}
