package io.heritage.processor.device;

import io.heritage.schemas.PublishedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The folder with the published model files, as an operator fills it. */
public final class CheckpointFolder {
    private final Path folder;

    public CheckpointFolder(Path folder) {
        this.folder = folder;
    }

    Path path() {
        return folder.toAbsolutePath().normalize();
    }

    boolean has(String file) {
        return Files.isRegularFile(folder.resolve(file));
    }

    /** Ids of models whose files are complete, and of the one that ships with Heritage. */
    public List<String> installed() {
        return Stream.of(PublishedModel.values())
                .filter(model -> model == PublishedModel.RIFE47 || model.isInstalled(this::has))
                .map(PublishedModel::id)
                .toList();
    }

    /** Missing ones of the files, in order. */
    List<String> missing(List<String> files) {
        return files.stream().filter(file -> !has(file)).toList();
    }

    /** Size of the files together. */
    public static long bytes(List<Path> files) {
        long bytes = 0;
        for (Path file : files) {
            try {
                bytes += Files.size(file);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read checkpoint " + file, e);
            }
        }
        return bytes;
    }

    /** {@code ckpts/A not found in /srv/ckpts; ckpts/B not found in …}. */
    public String describeMissing(List<String> files) {
        return String.join("; ", files.stream().map(this::notFound).toList());
    }

    private String notFound(String file) {
        return "ckpts/" + file + " not found in " + path();
    }
}
