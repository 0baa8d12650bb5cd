package io.heritage.standalone.cli;

import io.heritage.media.MediaRejected;
import io.heritage.processor.restore.LocalRestoration;
import io.heritage.standalone.output.MediaNames;
import io.heritage.standalone.output.OutputRefused;
import io.heritage.standalone.output.PartialFile;
import io.heritage.standalone.progress.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One file to restore, and where the result goes. */
record RestoreTask(Path input, Path output) {
    private static final String SUFFIX = "_restored";

    /**
     * The tasks of a command line. Results whose names are not given stand beside their inputs, or
     * in the folder that is given, as {@code NAME_restored.png} or {@code .mp4}.
     *
     * @param inputs files, and folders whose images and videos are meant
     * @param output a file for one input, a folder for any number; null: beside each input
     * @throws OutputRefused if a result cannot be written, or would replace an input or another
     *     result
     */
    static List<RestoreTask> of(
            List<Path> inputs, @Nullable Path output, RestoreSettings settings, Usage usage)
            throws IOException, CommandFailed {
        boolean intoFolder = output != null && Files.isDirectory(output);
        List<Path> files = files(inputs);
        usage.require(
                output == null
                        || intoFolder
                        || files.size() == 1 && !Files.isDirectory(inputs.getFirst()),
                "-o: several inputs need an existing folder, found " + output);
        List<RestoreTask> tasks = new ArrayList<>();
        for (Path file : files) {
            boolean image = isImage(file);
            Path target =
                    output == null || intoFolder
                            ? named(file, intoFolder ? output : null, settings.usualEnding(image))
                            : output;
            var task = new RestoreTask(file, target);
            settings.check(usage, task, image);
            tasks.add(task);
        }
        refuseClashes(tasks);
        return tasks;
    }

    Work work() {
        return Work.onFrames(String.valueOf(input.getFileName()));
    }

    private static boolean isImage(Path file) throws IOException, CommandFailed {
        try {
            return LocalRestoration.isImage(file);
        } catch (MediaRejected rejected) {
            throw new CommandFailed(
                    ExitCode.REFUSED, file + ": " + rejected.getMessage(), rejected);
        }
    }

    private static List<Path> files(List<Path> inputs) throws IOException, CommandFailed {
        List<Path> files = new ArrayList<>();
        for (Path input : inputs) {
            if (Files.isDirectory(input)) {
                List<Path> inside = media(input);
                if (inside.isEmpty()) {
                    throw new CommandFailed(
                            ExitCode.USAGE, "no images or videos in the folder " + input);
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

    /** Images and videos by the endings of their names, but not what an earlier run made. */
    private static List<Path> media(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(Files::isRegularFile)
                    .filter(MediaNames::isMedia)
                    .filter(file -> !stem(file).endsWith(SUFFIX))
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private static Path named(Path file, @Nullable Path folder, String ending) {
        String name = stem(file) + SUFFIX + "." + ending;
        return folder == null ? file.resolveSibling(name) : folder.resolve(name);
    }

    private static String stem(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private static void refuseClashes(List<RestoreTask> tasks) throws IOException {
        List<Path> inputs = tasks.stream().map(RestoreTask::input).toList();
        Map<Path, Path> sources = new HashMap<>();
        for (RestoreTask task : tasks) {
            PartialFile.check(task.output, inputs);
            Path other = sources.put(realName(task.output), task.input);
            if (other != null) {
                throw OutputRefused.becauseOf(
                        task.output,
                        "it would hold the results of %s and %s".formatted(other, task.input));
            }
        }
    }

    /** The same for all spellings, over links too; the file need not exist, its folder does. */
    private static Path realName(Path output) throws IOException {
        Path absolute = output.toAbsolutePath();
        Path folder = Objects.requireNonNull(absolute.getParent(), "a file is in a folder");
        return folder.toRealPath().resolve(absolute.getFileName());
    }
}
