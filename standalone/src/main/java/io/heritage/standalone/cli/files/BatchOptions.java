package io.heritage.standalone.cli.files;

import io.heritage.standalone.cli.command.Usage;
import io.heritage.standalone.output.OutputRefused;
import io.heritage.standalone.output.PartialFile;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for several files, and for jobs at a server. */
final class BatchOptions {
    @Option(names = "--skip-existing", description = "Skip inputs whose output already exists.")
    private boolean skipExisting;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Also write the results of all files to FILE, as a JSON array.")
    private @Nullable Path report;

    @Option(
            names = "--detach",
            description = {
                "With --url: print the id of the job and do not wait for it; 'jobs download' fetches"
                        + " the result."
            })
    private boolean detach;

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            description = {
                "With --url and one input: repeating the command with the same key and input never"
                        + " makes a second job."
            })
    private @Nullable String idempotencyKey;

    @Option(
            names = "--keep-partial",
            description = {
                "When a video or a folder of frames is stopped or fails, keep the finished frames as"
                        + " NAME.partial.mp4 beside OUT. Nothing is replaced."
            })
    private boolean keepPartial;

    void check(Usage usage, boolean remote) {
        usage.require(remote || !detach, "--detach needs a server: --url");
        usage.require(remote || idempotencyKey == null, "--idempotency-key needs a server: --url");
        checkReport(usage);
    }

    /** Options that need an output file, or stdout for themselves. */
    void checkPiped(Usage usage, boolean toStdout, boolean json) {
        usage.require(!toStdout || !json, "-o - and --json both write to stdout");
        usage.require(!toStdout || !detach, "-o - needs the result, --detach does not wait for it");
        usage.require(!toStdout || !keepPartial, "--keep-partial needs a file, not -o -");
    }

    /** Checks before hours of work that the report can be written. */
    private void checkReport(Usage usage) {
        try {
            if (report != null) {
                PartialFile.checkPlain(report);
            }
        } catch (OutputRefused refused) {
            throw usage.wrong("--report: " + refused.getMessage());
        }
    }

    boolean keepPartial() {
        return keepPartial;
    }

    boolean skipExisting() {
        return skipExisting;
    }

    boolean detach() {
        return detach;
    }

    Optional<Path> report() {
        return Optional.ofNullable(report);
    }

    Optional<String> idempotencyKey() {
        return Optional.ofNullable(idempotencyKey);
    }
}
