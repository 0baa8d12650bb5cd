package io.heritage.standalone.cli.files;

import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.output.PartialFile;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Keeps the finished frames of work that is stopped or fails, if the user wants that. */
final class UnfinishedWork {
    private UnfinishedWork() {}

    /** Writes a partial file. */
    interface PartialWrite<T> {
        T run() throws IOException, InterruptedException, CommandFailed, InvalidConfiguration;
    }

    static <T> T of(
            BatchOptions batch, PartialFile partial, ProgressView progress, PartialWrite<T> work)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        boolean done = false;
        try {
            T result = work.run();
            done = true;
            return result;
        } finally {
            if (!done && batch.keepPartial()) {
                keep(partial, progress);
            }
        }
    }

    /** Reports a failure to keep it without hiding why the work ended. */
    private static void keep(PartialFile partial, ProgressView progress) {
        try {
            partial.keepUnfinished()
                    .ifPresent(kept -> progress.note("finished frames are in " + kept));
        } catch (IOException | UncheckedIOException lost) {
            progress.note("finished frames could not be kept: " + lost.getMessage());
        }
    }
}
