package io.heritage.standalone.cli.command;

import io.heritage.media.MediaRejected;
import io.heritage.processor.job.JobFailed;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.output.OutputRefused;
import java.io.IOException;
import picocli.CommandLine;

/** The work of a command on the user's files, here or on a server. */
public interface FileWork {

    /**
     * Leaves no output unless it succeeds.
     *
     * @return the exit code
     * @throws InterruptedException when the user stopped it
     */
    int run() throws IOException, InterruptedException, CommandFailed, InvalidConfiguration;

    /**
     * Runs the work on the calling thread, which Ctrl-C interrupts. Reports the interruption before
     * the watch ends, because the JVM may end with it.
     *
     * @param json whether messages are for programs
     * @return the exit code
     */
    static int runWatched(CommandLine line, boolean json, FileWork work)
            throws CommandFailed, InvalidConfiguration {
        try (var interruption = Interruption.watch()) {
            return exitCodeOf(line, json, work);
        }
    }

    private static int exitCodeOf(CommandLine line, boolean json, FileWork work)
            throws CommandFailed, InvalidConfiguration {
        try {
            return work.run();
        } catch (InterruptedException stopped) {
            return stopped(line, json);
        } catch (IOException | MediaRejected | JobFailed failure) {
            throw failed(failure);
        }
    }

    private static int stopped(CommandLine line, boolean json) {
        var report =
                new ErrorReport(ExitCode.STOPPED, "stopped before the result was complete", "");
        if (json) {
            line.getOut().println(report.whole());
            line.getOut().flush();
        } else {
            line.getErr().println(report.text());
        }
        return ExitCode.STOPPED;
    }

    /** The failure of a piece of work, as reported to the user. */
    static CommandFailed failed(Exception failure) {
        return switch (failure) {
            case CommandFailed known -> known;
            case MediaRejected rejected ->
                    new CommandFailed(
                            ExitCode.REFUSED, String.valueOf(rejected.getMessage()), rejected);
            case JobFailed failed ->
                    new CommandFailed(
                            ExitCode.JOB_FAILED, String.valueOf(failed.getMessage()), failed);
            case OutputRefused refused ->
                    new CommandFailed(
                            ExitCode.USAGE, String.valueOf(refused.getMessage()), refused);
            case IOException e -> CommandFailed.of(e);
            default -> new CommandFailed(ExitCode.ERROR, failure.toString(), failure);
        };
    }
}
