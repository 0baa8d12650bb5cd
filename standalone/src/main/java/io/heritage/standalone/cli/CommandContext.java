package io.heritage.standalone.cli;

import java.util.Map;

/** What a command finds around it. */
record CommandContext(Terminal terminal, Map<String, String> environment) {

    /** No values: some are keys. */
    @Override
    public String toString() {
        return "CommandContext[" + terminal + "]";
    }
}
