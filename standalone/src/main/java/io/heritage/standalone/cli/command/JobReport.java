package io.heritage.standalone.cli.command;

import io.heritage.standalone.progress.ProgressSubject;
import io.heritage.standalone.progress.ProgressView;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Output of a command: results to stdout, progress and errors to stderr. */
public final class JobReport {
    @Mixin private final ProgressOption progress = new ProgressOption();

    @Option(
            names = "--json",
            description = {
                "Print the result as one JSON object on stdout; an error too, as {\"error\":"
                        + " {\"code\", \"message\", \"hint\"}}."
            })
    private boolean json;

    public boolean json() {
        return json;
    }

    public ProgressView progress(CommandContext context, ProgressSubject work) {
        return progress.open(context, work);
    }
}
