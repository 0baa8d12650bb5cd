package io.heritage.standalone.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is tried before the whole job is done. */
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
                "With --url: tell whether each job fits, how long it takes and waits, and begin none."
                        + " Exits with 8 if one does not fit."
            })
    private boolean estimate;

    void check(Usage usage, boolean remote) {
        usage.require(remote || !estimate, "--estimate needs a server: --url");
        usage.require(preview == null || !estimate, "--preview and --estimate exclude each other");
    }

    boolean estimate() {
        return estimate;
    }

    Optional<Preview> preview(Usage usage) {
        return Optional.ofNullable(preview).map(typed -> Preview.of(typed, usage::wrong));
    }
}
