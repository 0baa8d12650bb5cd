package io.heritage.standalone.cli;

import io.heritage.media.MediaRejected;
import io.heritage.processor.job.JobFailed;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.output.OutputRefused;
import java.io.IOException;
import java.io.PrintWriter;

/** What a command does with the user's files, here or at a server. */
interface FileWork {

    /**
     * Leaves no output unless it ends well.
     *
     * @throws InterruptedException when the user stopped it
     */
    void run() throws IOException, InterruptedException, CommandFailed, InvalidConfiguration;

    /**
     * Runs it on the calling thread, which Ctrl-C interrupts. That it was stopped is told before
     * the watch ends, because the JVM may end with it.
     *
     * @param json whether messages are for programs
     * @param remote whether a server does it
     * @return the exit code
     */
    static int runWatched(PrintWriter err, boolean json, boolean remote, FileWork work)
            throws CommandFailed, InvalidConfiguration {
        try (var interruption = Interruption.watch()) {
            return exitCodeOf(err, json, remote, work);
        }
    }

    private static int exitCodeOf(PrintWriter err, boolean json, boolean remote, FileWork work)
            throws CommandFailed, InvalidConfiguration {
        try {
            work.run();
            return ExitCode.OK;
        } catch (InterruptedException stopped) {
            err.println(JobReport.error("stopped, no output was written", json));
            return ExitCode.STOPPED;
        } catch (MediaRejected | JobFailed rejected) {
            throw new CommandFailed(
                    ExitCode.FAILED, String.valueOf(rejected.getMessage()), rejected);
        } catch (OutputRefused refused) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(refused.getMessage()), refused);
        } catch (IOException e) {
            throw new CommandFailed(
                    remote ? ExitCode.UNAVAILABLE : ExitCode.FAILED,
                    e.getMessage() == null ? e.toString() : e.getMessage(),
                    e);
        }
    }
}
