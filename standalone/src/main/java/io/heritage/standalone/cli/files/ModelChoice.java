package io.heritage.standalone.cli.files;

import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.schemas.PublishedModel;
import io.heritage.schemas.RestoreInput;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ExitCode;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chooses the model for restoration in this process. */
final class ModelChoice {
    private ModelChoice() {}

    /**
     * @param named by the user; null if none is
     * @return the model named, else the default one or another that is installed, tiny ones last
     * @throws CommandFailed if none is installed
     */
    static PublishedModel of(@Nullable String named, Path folder) throws CommandFailed {
        if (named != null) {
            return PublishedModel.of(named).orElseThrow();
        }
        List<SeedVr2Files> there =
                SeedVr2Variant.values().stream()
                        .filter(variant -> SeedVr2Files.missing(folder, variant).isEmpty())
                        .map(variant -> SeedVr2Files.find(folder, variant))
                        .toList();
        PublishedModel usual = RestoreInput.Model.DEFAULT.published();
        return there.stream()
                .min(
                        Comparator.comparing(SeedVr2Files::tiny)
                                .thenComparing(files -> files.variant().model() != usual))
                .map(files -> files.variant().model())
                .orElseThrow(() -> noneInstalled(folder));
    }

    private static CommandFailed noneInstalled(Path folder) {
        PublishedModel smallest = PublishedModel.restoring().getFirst();
        return new CommandFailed(
                ExitCode.JOB_FAILED,
                ("no restoration model is installed in %s; download one (%s) with: heritage models"
                                + " pull %s; or try out random weights with: --model tiny")
                        .formatted(
                                folder.toAbsolutePath().normalize(),
                                PublishedModel.size(smallest.files()),
                                smallest.id()));
    }
}
