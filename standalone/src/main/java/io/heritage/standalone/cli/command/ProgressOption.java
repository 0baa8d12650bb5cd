package io.heritage.standalone.cli.command;

import io.heritage.standalone.progress.ProgressMode;
import io.heritage.standalone.progress.ProgressSubject;
import io.heritage.standalone.progress.ProgressView;
import java.time.InstantSource;
import picocli.CommandLine.Option;

/** Option for the display of progress. */
public final class ProgressOption {
    @Option(
            names = "--progress",
            paramLabel = "HOW",
            description = {
                "${COMPLETION-CANDIDATES}: how progress is shown on stderr (default: auto, a bar on"
                        + " a terminal, else lines)."
            })
    private ProgressMode mode = ProgressMode.AUTO;

    public ProgressView open(CommandContext context, ProgressSubject work) {
        boolean silent = context.quiet() && mode == ProgressMode.AUTO;
        return new ProgressView(
                silent ? ProgressMode.NONE : mode,
                context.screen(),
                work,
                System.err,
                InstantSource.system());
    }
}
