package io.heritage.standalone.cli.files;

import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.Usage;
import io.heritage.standalone.output.OutputRefused;
import io.heritage.standalone.output.PartialFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a command line. Results without a given name go beside their inputs, or into the
 * given folder, under the input's name with a suffix.
 */
final class FileTasks {
    private final String suffix;
    private final Predicate<Path> meant;
    private final Pattern made;

    /**
     * @param suffix of results, such as {@code _restored}
     * @param meant by its name, of the files in a folder
     */
    FileTasks(String suffix, Predicate<Path> meant) {
        this.suffix = suffix;
        this.meant = meant;
        this.made =
                Pattern.compile(".*" + Pattern.quote(suffix) + PartialFile.KEPT, Pattern.DOTALL);
    }

    /** Extension of a result, without the dot. */
    interface Ending {
        String of(Path input) throws IOException, CommandFailed;
    }

    /**
     * @param inputs files, patterns, and folders
     * @param output a file for one input, a folder for any number; null: beside each input
     * @throws OutputRefused if a result cannot be written, or would replace an input or another
     *     result
     */
    List<FileTask> of(List<Path> inputs, @Nullable Path output, Ending ending, Usage usage)
            throws IOException, CommandFailed {
        boolean intoFolder = output != null && Files.isDirectory(output);
        List<Path> files = files(inputs);
        usage.require(
                output == null
                        || intoFolder
                        || files.size() == 1 && !Files.isDirectory(inputs.getFirst()),
                "-o: several inputs need an existing folder, found " + output);
        List<FileTask> tasks = new ArrayList<>();
        for (Path file : files) {
            Path target =
                    output == null || intoFolder
                            ? named(file, intoFolder ? output : null, ending.of(file))
                            : output;
            tasks.add(new FileTask(file, target));
        }
        refuseClashes(tasks);
        return tasks;
    }

    private List<Path> files(List<Path> inputs) throws IOException, CommandFailed {
        List<Path> files = new ArrayList<>();
        for (Path input : inputs) {
            if (Files.isDirectory(input)) {
                List<Path> inside = media(input);
                if (inside.isEmpty()) {
                    throw new CommandFailed(
                            ExitCode.USAGE, "no input files in the folder " + input);
                }
                files.addAll(inside);
            } else if (Files.isRegularFile(input) && Files.isReadable(input)) {
                files.add(input);
            } else if (MediaPattern.is(input)) {
                files.addAll(MediaPattern.of(input).files());
            } else {
                throw new CommandFailed(ExitCode.USAGE, "cannot read " + input);
            }
        }
        return files;
    }

    /** Files by their extensions, except results and partial files of earlier runs. */
    private List<Path> media(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(Files::isRegularFile)
                    .filter(meant)
                    .filter(file -> !made.matcher(stem(file)).matches())
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private Path named(Path file, @Nullable Path folder, String ending) {
        String name = stem(file) + suffix + "." + ending;
        return folder == null ? file.resolveSibling(name) : folder.resolve(name);
    }

    private static String stem(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private static void refuseClashes(List<FileTask> tasks) throws IOException {
        List<Path> inputs = tasks.stream().map(FileTask::input).toList();
        Map<Path, Path> sources = new HashMap<>();
        for (FileTask task : tasks) {
            PartialFile.check(task.output(), inputs);
            Path other = sources.put(realName(task.output()), task.input());
            if (other != null) {
                throw OutputRefused.becauseOf(
                        task.output(),
                        "both %s and %s would be written to it".formatted(other, task.input()));
            }
        }
    }

    /** The same path for all spellings and links; the folder must exist, the file need not. */
    private static Path realName(Path output) throws IOException {
        Path absolute = output.toAbsolutePath();
        Path folder = Objects.requireNonNull(absolute.getParent(), "a file is in a folder");
        return folder.toRealPath().resolve(absolute.getFileName());
    }
}
