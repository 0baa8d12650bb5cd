package io.heritage.standalone.cli.files;

import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.Usage;
import io.heritage.standalone.cli.jobs.StandardInput;
import io.heritage.standalone.output.FileTree;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code -} instead of a file. Until the command ends, stdin is stored in a file in a private
 * folder; a result for stdout is made there and sent when it is complete.
 */
final class PipedFiles implements AutoCloseable {
    private static final Path DASH = Path.of("-");
    private static final String PREFIX = "heritage-pipe-";

    private final Path folder;

    private PipedFiles(Path folder) {
        this.folder = folder;
    }

    static PipedFiles open() throws IOException {
        return new PipedFiles(Files.createTempDirectory(PREFIX));
    }

    static boolean areMeant(List<Path> inputs, @Nullable Path output) {
        return inputs.contains(DASH) || isStdout(output);
    }

    static boolean isStdout(@Nullable Path output) {
        return DASH.equals(output);
    }

    /**
     * Refuses arguments that cannot be combined with a pipe.
     *
     * @param single whether there is one result
     */
    static void check(
            Usage usage,
            List<Path> inputs,
            @Nullable Path output,
            boolean single,
            CommandContext context) {
        usage.require(
                Collections.frequency(inputs, DASH) <= 1, "- is stdin and can be given only once");
        usage.require(single, "- takes one input, found " + inputs.size() + " inputs");
        usage.require(output != null, "- needs -o OUT, or -o - for stdout");
        usage.require(
                !inputs.contains(DASH) || !context.terminal().stdinTty(),
                "-: stdin is a terminal; redirect a file into it");
        usage.require(
                !isStdout(output) || !context.terminal().stdoutTty(),
                "-o -: stdout is a terminal; redirect it to a file or a program");
    }

    /** Name of a file in messages. */
    static String shown(Path file) {
        Path parent = file.getParent();
        boolean piped =
                parent != null
                        && parent.getFileName() != null
                        && parent.getFileName().toString().startsWith(PREFIX);
        return piped ? DASH.toString() : file.toString();
    }

    /**
     * Reads stdin to its end.
     *
     * @return the inputs with its file among them
     * @throws CommandFailed if nothing came
     * @throws InterruptedException when the user stopped it
     */
    List<Path> received(List<Path> inputs) throws IOException, InterruptedException, CommandFailed {
        if (!inputs.contains(DASH)) {
            return inputs;
        }
        Path file = folder.resolve("stdin");
        if (StandardInput.read(stdin -> Files.copy(stdin, file)) == 0) {
            throw new CommandFailed(ExitCode.REFUSED, "stdin is empty");
        }
        return inputs.stream().map(input -> input.equals(DASH) ? file : input).toList();
    }

    /**
     * @param ending such as {@code mp4}
     */
    Path result(String ending) {
        return folder.resolve("stdout." + ending);
    }

    static void send(Path result, OutputStream stdout) throws IOException {
        Files.copy(result, stdout);
        stdout.flush();
    }

    @Override
    public void close() throws IOException {
        FileTree.delete(folder);
    }
}
