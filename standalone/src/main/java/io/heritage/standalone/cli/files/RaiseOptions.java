package io.heritage.standalone.cli.files;

import io.heritage.media.Deinterlace;
import io.heritage.media.VideoFormat;
import io.heritage.processor.interpolate.RateRequest;
import io.heritage.schemas.RestoreInput;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.Usage;
import io.heritage.standalone.output.MediaNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for raising the frame rate of videos with {@code --times}. */
final class RaiseOptions {
    private static final List<Integer> TIMES = List.of(2, 4, 8);

    @Option(
            names = "--times",
            paramLabel = "N",
            description = "Video input only: multiply the frame rate by 2, 4 or 8.")
    private @Nullable Integer times;

    @Option(
            names = "--bit-depth",
            paramLabel = "BITS",
            description = {
                "With --times: 8 or 10 (default: 10 if the video has more than 8, else 8)."
            })
    private @Nullable Integer bitDepth;

    @Option(
            names = "--deinterlace",
            paramLabel = "HOW",
            description = {
                "With --times: auto: deinterlace videos that are marked as interlaced; off: leave"
                        + " them as they are (default: auto)."
            })
    private @Nullable String deinterlace;

    boolean asked() {
        return times != null;
    }

    /** Checks without {@code --times}. */
    void refuse(Usage usage) {
        usage.require(
                bitDepth == null && deinterlace == null,
                "--bit-depth and --deinterlace need --times");
    }

    /**
     * @param output a file, or a folder for any number
     */
    void check(Usage usage, Path output) {
        usage.require(TIMES.contains(times), "--times: expected 2, 4 or 8, found " + times);
        usage.require(
                bitDepth == null || bitDepth == 8 || bitDepth == 10,
                "--bit-depth: expected 8 or 10, found " + bitDepth);
        usage.require(
                deinterlace == null || RestoreInput.DEINTERLACES.contains(deinterlace),
                "--deinterlace: expected auto or off, found " + deinterlace);
        usage.require(
                Files.isDirectory(output)
                        || VideoFormat.endOf(output).equals(Optional.of(VideoFormat.MP4)),
                "--times writes videos: expected a name that ends in .mp4 or an existing folder,"
                        + " found "
                        + output);
    }

    /** Results in a folder are called {@code NAME_x2.mp4}. */
    List<FileTask> tasks(List<Path> inputs, Path output, Usage usage)
            throws IOException, CommandFailed {
        return new FileTasks("_x" + times, MediaNames::isVideo)
                .of(inputs, output, _ -> VideoFormat.MP4.title(), usage);
    }

    RateRequest request() {
        return new RateRequest(
                times == null ? 1 : times,
                bitDepth == null ? OptionalInt.empty() : OptionalInt.of(bitDepth),
                deinterlace == null ? Deinterlace.AUTO : Deinterlace.named(deinterlace));
    }
}
