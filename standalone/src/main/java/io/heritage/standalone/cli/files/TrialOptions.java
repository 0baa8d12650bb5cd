package io.heritage.standalone.cli.files;

import io.heritage.standalone.cli.command.Usage;
import io.heritage.standalone.output.OutputRefused;
import io.heritage.standalone.output.PartialFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for a preview or an estimate before the whole job. */
final class TrialOptions {
    @Option(
            names = "--preview",
            paramLabel = "PIECE",
            description = {
                "Only a piece of one video, with the same settings: 2s for its first two seconds, or"
                        + " frame:57 for that frame, counted from 0. Needs -o."
            })
    private @Nullable String preview;

    @Option(
            names = "--estimate",
            description = {
                "With --url: report whether each job is possible, and how long it would wait and"
                        + " run; start none. Exits with 8 if one is not."
            })
    private boolean estimate;

    @Option(
            names = "--overwrite",
            description = {
                "With --preview: replace OUT if it exists. A whole result always replaces it."
            })
    private boolean overwrite;

    void check(Usage usage, boolean remote) {
        usage.require(remote || !estimate, "--estimate needs a server: --url");
        usage.require(preview == null || !estimate, "--preview and --estimate exclude each other");
        usage.require(preview != null || !overwrite, "--overwrite needs --preview");
    }

    /**
     * A preview never overwrites its input, under whatever name or link, and overwrites an existing
     * file only with {@code --overwrite}.
     */
    void checkTarget(Path target, Collection<Path> inputs) throws IOException {
        PartialFile.check(target, inputs);
        if (!overwrite && Files.exists(target)) {
            throw OutputRefused.becauseOf(
                    target, "it exists; name another file for the preview, or add --overwrite");
        }
    }

    boolean estimate() {
        return estimate;
    }

    Optional<Preview> preview(Usage usage) {
        return Optional.ofNullable(preview).map(typed -> Preview.of(typed, usage::wrong));
    }
}
