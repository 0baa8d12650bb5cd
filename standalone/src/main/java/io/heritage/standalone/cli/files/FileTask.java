package io.heritage.standalone.cli.files;

import io.heritage.media.MediaRejected;
import io.heritage.processor.restore.LocalRestoration;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.progress.ProgressSubject;
import java.io.IOException;
import java.nio.file.Path;

/** An input file, and the path of its result. */
record FileTask(Path input, Path output) {

    ProgressSubject work() {
        return ProgressSubject.onFrames(String.valueOf(input.getFileName()));
    }

    /**
     * Whether the input is an image, by its content.
     *
     * @throws CommandFailed if it is neither image nor video
     */
    static boolean isImage(Path file) throws IOException, CommandFailed {
        try {
            return LocalRestoration.isImage(file);
        } catch (MediaRejected rejected) {
            throw new CommandFailed(
                    ExitCode.REFUSED, file + ": " + rejected.getMessage(), rejected);
        }
    }
}
