package io.heritage.standalone.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Options of every command: help, version, verbosity. */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
public final class CommonOptions {
    @Option(
            names = {"-v", "--verbose"},
            description = "Log more; show where errors come from.")
    private boolean verbose;

    public boolean verbose() {
        return verbose;
    }
}
