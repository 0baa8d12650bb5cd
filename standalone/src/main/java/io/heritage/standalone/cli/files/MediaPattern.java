package io.heritage.standalone.cli.files;

import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ExitCode;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * A pattern such as {@code photos/*.jpg} that no shell has expanded.
 *
 * @param folder where the files are
 * @param names of the files; {@code *}, {@code ?}, {@code [a-c]} and {@code {jpg,png}}
 */
record MediaPattern(Path folder, String names) {

    /** Whether it has a character that makes it a pattern. */
    static boolean is(Path typed) {
        return typed.getFileName() != null
                && typed.getFileName().toString().matches(".*[*?\\[{].*");
    }

    static MediaPattern of(Path typed) {
        Path parent = typed.getParent();
        return new MediaPattern(
                parent == null ? Path.of("") : parent, typed.getFileName().toString());
    }

    /**
     * In the order of their names.
     *
     * @throws CommandFailed if there are none
     */
    List<Path> files() throws IOException, CommandFailed {
        List<Path> found = Files.isDirectory(folder) ? matching() : List.of();
        if (found.isEmpty()) {
            throw new CommandFailed(ExitCode.USAGE, "no file matches " + folder.resolve(names));
        }
        return found;
    }

    private List<Path> matching() throws IOException, CommandFailed {
        PathMatcher matcher = matcher();
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(Files::isRegularFile)
                    .filter(file -> matcher.matches(file.getFileName()))
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private PathMatcher matcher() throws CommandFailed {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + names);
        } catch (PatternSyntaxException notAPattern) {
            throw new CommandFailed(
                    ExitCode.USAGE, "not a pattern: " + notAPattern.getMessage(), notAPattern);
        }
    }
}
