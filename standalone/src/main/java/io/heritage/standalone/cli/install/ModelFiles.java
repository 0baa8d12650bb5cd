package io.heritage.standalone.cli.install;

import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.schemas.PublishedFile;
import io.heritage.schemas.PublishedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The files of models in a folder. */
final class ModelFiles {
    private ModelFiles() {}

    /**
     * @return for each missing file the names that it may have
     */
    static List<List<String>> missing(PublishedModel model, Path folder) {
        if (PublishedModel.restoring().contains(model)) {
            return SeedVr2Files.missing(folder, new SeedVr2Variant(model))
                    .map(SeedVr2Files.Missing::files)
                    .orElse(List.of());
        }
        return model.files().stream()
                .map(PublishedFile::name)
                .filter(name -> !Files.isRegularFile(folder.resolve(name)))
                .map(List::of)
                .toList();
    }

    /** Why a file is not valid, such as a truncated one. */
    static Optional<String> damage(Path file) {
        try (Checkpoint _ = Checkpoint.open(file)) {
            return Optional.empty();
        } catch (CheckpointMismatch damaged) {
            return Optional.of(String.valueOf(damaged.getMessage()));
        }
    }
}
