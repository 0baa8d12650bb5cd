package io.heritage.standalone.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Of every command. */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
final class CommonOptions {
    @Option(names = "--verbose", description = "Log more; errors with where they came from.")
    private boolean verbose;

    boolean verbose() {
        return verbose;
    }
}
