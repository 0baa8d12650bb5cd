package io.heritage.standalone.output;

import io.heritage.media.VideoFormat;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file or folder beside its target until it is complete. */
public final class PartialFile implements AutoCloseable {
    /** Pattern of the optional part that {@link #keepUnfinished} inserts before the extension. */
    public static final String KEPT = "(\\.partial(-\\d+)?)?";

    private static final Logger LOG = LoggerFactory.getLogger(PartialFile.class);
    private static final Pattern NAME = Pattern.compile("\\.partial-(\\d+)-(.+)", Pattern.DOTALL);

    /**
     * Age limit for files of other machines that share the folder, whose processes are not visible.
     */
    private static final Duration SURELY_LEFT = Duration.ofHours(1);

    private final Path target;
    private final Path partial;

    /**
     * Removes what killed processes left in the folder of the target.
     *
     * @throws OutputRefused if the target's folder does not exist or cannot be written
     */
    public PartialFile(Path target) throws OutputRefused {
        this.target = target.toAbsolutePath();
        Path folder = writableFolder(target);
        sweep(folder, this.target.getFileName().toString());
        // The ending stays: it says what kind of file it is.
        this.partial =
                folder.resolve(
                        ".partial-"
                                + ProcessHandle.current().pid()
                                + "-"
                                + this.target.getFileName());
    }

    /**
     * Checks before any work that a result can be written.
     *
     * @param inputs what the result is made of
     * @throws OutputRefused also if the target is an input, by whatever name or link
     */
    public static void check(Path target, Collection<Path> inputs) throws IOException {
        writableFolder(target);
        for (Path input : inputs) {
            if (Files.exists(target) && Files.isSameFile(target, input)) {
                throw OutputRefused.becauseOf(target, "it is the input; name another file");
            }
        }
        if (Files.isDirectory(target)) {
            throw OutputRefused.becauseOf(target, "it is a folder; name a file");
        }
    }

    /**
     * The same for a file that is written in place.
     *
     * @throws OutputRefused if it cannot be
     */
    public static void checkPlain(Path target) throws OutputRefused {
        if (Files.isDirectory(target)) {
            throw OutputRefused.becauseOf(target, "it is a folder; name a file");
        }
        if (!Files.exists(target)) {
            writableFolder(target);
        } else if (!Files.isWritable(target)) {
            throw OutputRefused.becauseOf(target, "it exists and cannot be changed");
        }
    }

    private static Path writableFolder(Path target) throws OutputRefused {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw OutputRefused.becauseOf(
                    target, "there is no folder " + folder + "; create it first");
        }
        if (!Files.isWritable(folder)) {
            throw OutputRefused.becauseOf(target, "the folder " + folder + " cannot be written");
        }
        return folder;
    }

    /**
     * Removes a partial result of an ended process: at once if it was for the same target,
     * otherwise if it was not modified for a while. Failures are ignored.
     */
    private static void sweep(Path folder, String name) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, ".partial-*")) {
            for (Path partial : found) {
                if (isLeft(partial, name)) {
                    FileTree.delete(partial);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.atDebug().setCause(e).log("cannot delete partial results of killed commands");
        }
    }

    private static boolean isLeft(Path partial, String name) throws IOException {
        Matcher parts = NAME.matcher(partial.getFileName().toString());
        if (!parts.matches() || parts.group(1).length() > 18) {
            return false;
        }
        boolean ended = ProcessHandle.of(Long.parseLong(parts.group(1))).isEmpty();
        Instant touched = Files.getLastModifiedTime(partial).toInstant();
        return ended
                && (parts.group(2).equals(name)
                        || touched.isBefore(Instant.now().minus(SURELY_LEFT)));
    }

    public Path path() {
        return partial;
    }

    public void moveToTarget() throws IOException {
        Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Keeps an unfinished result under the name of the target with {@code .partial}. An existing
     * file of that name is not replaced, because it may be the user's: then {@code .partial-2} is
     * used, and so on.
     *
     * @return empty if there is nothing
     */
    public Optional<Path> keepUnfinished() throws IOException {
        if (!isWorthKeeping()) {
            return Optional.empty();
        }
        Path kept = freeName();
        Files.move(partial, kept);
        return Optional.of(kept);
    }

    private Path freeName() {
        String ending = MediaNames.ending(target);
        String name = target.getFileName().toString();
        String stem = ending.isEmpty() ? name : name.substring(0, name.lastIndexOf('.'));
        String end = ending.isEmpty() ? "" : "." + ending;
        Path free = target.resolveSibling(stem + ".partial" + end);
        for (int n = 2; Files.exists(free, LinkOption.NOFOLLOW_LINKS); n++) {
            free = target.resolveSibling(stem + ".partial-" + n + end);
        }
        return free;
    }

    /** An incomplete picture is useless and not kept. */
    private boolean isWorthKeeping() throws IOException {
        if (!Files.isDirectory(partial)) {
            return Files.exists(partial) && VideoFormat.endOf(target).isPresent();
        }
        try (Stream<Path> frames = Files.list(partial)) {
            return frames.findAny().isPresent();
        }
    }

    /** Removes the partial file unless it was moved. */
    @Override
    public void close() throws IOException {
        if (!Files.exists(partial)) {
            return;
        }
        FileTree.delete(partial);
    }
}
