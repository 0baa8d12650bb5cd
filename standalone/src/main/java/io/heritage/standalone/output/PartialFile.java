package io.heritage.standalone.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file or folder beside its target until it is complete. */
public final class PartialFile implements AutoCloseable {
    private final Path target;
    private final Path partial;

    /**
     * @throws OutputRefused if the target's folder does not exist
     */
    public PartialFile(Path target) throws OutputRefused {
        this.target = target.toAbsolutePath();
        Path folder = this.target.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new OutputRefused(
                    "cannot write "
                            + target
                            + ": there is no folder "
                            + folder
                            + "; make it first");
        }
        // The ending stays: it says what kind of file it is.
        this.partial =
                folder.resolve(
                        ".partial-"
                                + ProcessHandle.current().pid()
                                + "-"
                                + this.target.getFileName());
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
