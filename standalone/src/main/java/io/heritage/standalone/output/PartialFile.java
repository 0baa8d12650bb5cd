package io.heritage.standalone.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;

/** A file or folder beside its target until it is complete. */
public final class PartialFile implements AutoCloseable {
    private final Path target;
    private final Path partial;

    /**
     * @throws OutputRefused if the target's folder does not exist or cannot be written
     */
    public PartialFile(Path target) throws OutputRefused {
        this.target = target.toAbsolutePath();
        Path folder = writableFolder(target);
        // The ending stays: it says what kind of file it is.
        this.partial =
                folder.resolve(
                        ".partial-"
                                + ProcessHandle.current().pid()
                                + "-"
                                + this.target.getFileName());
    }

    /**
     * Finds out before any work whether a result can be written.
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

    private static Path writableFolder(Path target) throws OutputRefused {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw OutputRefused.becauseOf(
                    target, "there is no folder " + folder + "; make it first");
        }
        if (!Files.isWritable(folder)) {
            throw OutputRefused.becauseOf(target, "the folder " + folder + " cannot be written");
        }
        return folder;
    }

    public Path path() {
        return partial;
    }

    public void moveToTarget() throws IOException {
        Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes what has not been moved. */
    @Override
    public void close() throws IOException {
        if (!Files.exists(partial)) {
            return;
        }
        FileTree.delete(partial);
    }
}
