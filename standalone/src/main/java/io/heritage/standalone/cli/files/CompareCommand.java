package io.heritage.standalone.cli.files;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.media.VideoFormat;
import io.heritage.processor.restore.LocalRestoration;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.FileWork;
import io.heritage.standalone.cli.command.JobReport;
import io.heritage.standalone.cli.command.Usage;
import io.heritage.standalone.compare.Comparison;
import io.heritage.standalone.output.PartialFile;
import io.heritage.standalone.progress.ProgressSubject;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "compare",
        description = {
            "Compares two pictures or videos: PSNR and SSIM, and with -o a picture or video that"
                    + " shows both. The smaller one is enlarged to the other's size. Frame n of one"
                    + " is compared with frame n of the other. They are equal if they have"
                    + " the same number of frames with the same times and, at 8 bits a channel, the"
                    + " same pixels; sound is not compared."
        },
        footer = {
            "",
            "Examples:",
            "  heritage compare old.png restored.png",
            "  heritage compare old.mp4 restored.mp4 --frame 57 -o frame57.png",
            "  heritage compare old.mp4 restored.mp4 --mode side -o both.mp4",
            ""
        })
public final class CompareCommand implements Callable<Integer> {
    /** Layout of the two pictures. */
    enum Mode {
        WIPE,
        SIDE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final JobReport report = new JobReport();
    @Spec private CommandSpec spec = CommandSpec.create();
    private final CommandContext context;

    @Parameters(index = "0", paramLabel = "A", description = "The first picture or video.")
    private Path one = Path.of("");

    @Parameters(index = "1", paramLabel = "B", description = "The other.")
    private Path other = Path.of("");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            description = {
                "NAME.png for pictures and single frames, NAME.mp4 or NAME.webm for videos (default:"
                        + " none). An existing file is replaced."
            })
    private @Nullable Path output;

    @Option(
            names = "--frame",
            paramLabel = "N",
            description = "Compare this frame of videos only, counted from 0.")
    private @Nullable Integer frame;

    @Option(
            names = "--mode",
            paramLabel = "HOW",
            description = {
                "wipe: left of A, right of B, with a line that moves in a video; side: A beside B"
                        + " (default: wipe)."
            })
    private Mode mode = Mode.WIPE;

    CompareCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        var usage = new Usage(spec);
        for (Path file : List.of(one, other)) {
            usage.require(
                    Files.isReadable(file) && !Files.isDirectory(file), "cannot read " + file);
        }
        usage.require(frame == null || frame >= 0, "--frame: expected 0 or more, found " + frame);
        return FileWork.runWatched(spec.commandLine(), report.json(), () -> compare(usage));
    }

    private int compare(Usage usage) throws IOException, InterruptedException {
        var comparison =
                new Comparison(
                        one,
                        LocalRestoration.isImage(one),
                        other,
                        LocalRestoration.isImage(other),
                        mode == Mode.SIDE);
        boolean still = frame != null || comparison.onePicture() || comparison.otherPicture();
        if (output != null) {
            checkName(usage, output, still);
            PartialFile.check(output, List.of(one, other));
        }
        print(output == null ? run(comparison, still, null) : intoFile(comparison, still, output));
        return ExitCode.OK;
    }

    private static void checkName(Usage usage, Path output, boolean still) {
        usage.require(
                still
                        ? output.toString().toLowerCase(Locale.ROOT).endsWith(".png")
                        : VideoFormat.endOf(output).isPresent(),
                "-o: expected a name that ends in %s, found %s"
                        .formatted(still ? ".png" : ".mp4 or .webm", output));
    }

    private Comparison.Result intoFile(Comparison comparison, boolean still, Path target)
            throws IOException, InterruptedException {
        try (var partial = new PartialFile(target)) {
            Comparison.Result result = run(comparison, still, partial.path());
            partial.moveToTarget();
            return result;
        }
    }

    private Comparison.Result run(Comparison comparison, boolean still, @Nullable Path file)
            throws IOException, InterruptedException {
        if (still) {
            return comparison.still(
                    frame == null ? OptionalInt.empty() : OptionalInt.of(frame), file);
        }
        VideoFormat format =
                file == null ? VideoFormat.MP4 : VideoFormat.endOf(file).orElse(VideoFormat.MP4);
        try (ProgressView view = report.progress(context, ProgressSubject.onFrames(""))) {
            Comparison.Result result = comparison.video(file, format, view::report);
            view.end("COMPLETED");
            return result;
        }
    }

    private void print(Comparison.Result result) {
        spec.commandLine().getOut().println(report.json() ? json(result) : text(result));
        spec.commandLine().getOut().flush();
    }

    private ObjectNode json(Comparison.Result result) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("frames", result.frames())
                .put("width", result.size().width())
                .put("height", result.size().height())
                .put("equal", result.equal())
                .put("ssim", result.ssim())
                .put("worst_frame", result.worst());
        result.differences().forEach(json.putArray("differences")::add);
        if (Double.isFinite(result.psnr())) {
            json.put("psnr", result.psnr());
        }
        if (output != null) {
            json.put("output", output.toString());
        }
        return json;
    }

    private static String text(Comparison.Result result) {
        return String.format(
                Locale.ROOT,
                "PSNR %s, SSIM %.4f, %d frames, %s, %s",
                Double.isFinite(result.psnr())
                        ? String.format(Locale.ROOT, "%.2f dB", result.psnr())
                        : "infinite",
                result.ssim(),
                result.frames(),
                result.size(),
                result.equal() ? "equal" : "not equal: " + String.join("; ", result.differences()));
    }
}
