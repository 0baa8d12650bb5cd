package io.heritage.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.media.Deinterlace;
import io.heritage.media.VideoFormat;
import io.heritage.processor.interpolate.RateRequest;
import io.heritage.schemas.InterpolateInput;
import io.heritage.schemas.RestoreInput;
import io.heritage.standalone.client.InterpolationJob;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.logging.LogLevels;
import io.heritage.standalone.output.FrameDownload;
import io.heritage.standalone.output.OutputRefused;
import io.heritage.standalone.progress.ProgressView;
import io.heritage.standalone.progress.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
        name = "interpolate",
        description = {
            "Generates the frames between two images, or raises the frame rate of a video.",
            "",
            "START END -o OUT: the frames from START to END, as a video OUT.mp4 or OUT.webm or as"
                    + " PNG files in a new folder OUT.",
            "--engine rife: in-between frames; the two images are the first and the last.",
            "--engine wan: a generated video that a prompt can guide; END is optional.",
            "IN.mp4 -o OUT.mp4 --times N: N times the frame rate at the same duration; sound is"
                    + " copied, scene cuts are kept.",
            "",
            "Without --url it is computed on this machine. Ctrl-C cancels the job and leaves no"
                    + " output."
        },
        footer = {
            "",
            "Examples:",
            "  heritage interpolate start.jpg end.jpg -o between.mp4",
            "  heritage interpolate start.jpg end.jpg -o frames --frames 65",
            "  heritage interpolate a.jpg b.jpg -o walk.mp4 --engine wan --prompt 'she walks'",
            "  heritage interpolate a.jpg b.jpg -o ab.mp4 --url http://127.0.0.1:8000",
            "  heritage interpolate clip.mp4 -o smooth.mp4 --times 2",
            ""
        })
final class InterpolateCommand implements Callable<Integer> {
    private static final String ENDPOINT = "interpolate";
    private static final List<Integer> TIMES = List.of(2, 4, 8);

    /** What computes here. */
    enum LocalEngine {
        RIFE,
        WAN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final InterpolateSettings settings = new InterpolateSettings();
    @Mixin private final ServerOptions server = new ServerOptions();
    @Mixin private final ProcessorOptions processor = new ProcessorOptions();
    @Mixin private final BatchOptions batch = new BatchOptions();
    @Mixin private final JobReport report = new JobReport();
    @Spec private CommandSpec spec = CommandSpec.create();
    private final CommandContext context;

    @Parameters(
            arity = "1..2",
            paramLabel = "INPUT",
            description = "Two images, one with --engine wan, or one video.")
    private List<Path> inputs = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "OUT",
            description = {
                "NAME.mp4, NAME.webm, or a new folder. An existing video is replaced once the"
                        + " result is complete."
            })
    private Path output = Path.of("");

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = {
                "rife or wan, on this machine (default: rife). With --url the server chooses."
            })
    private @Nullable LocalEngine engine;

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
                "With --times: auto removes the combs of a video that says it is interlaced, off"
                        + " keeps them (default: auto)."
            })
    private @Nullable String deinterlace;

    InterpolateCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
        checkUsage(new Usage(spec));
        checkFiles();
        LogLevels.WARNINGS.unlessVerbose(common.verbose(), context.environment()).apply();
        return FileWork.runWatched(spec.commandLine(), report.json(), this::run);
    }

    private int run()
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        var results = new FileBatch(spec.commandLine(), report.json(), batch.report());
        return results.run(
                List.of(new RestoreTask(inputs.getFirst(), output)), _ -> interpolated());
    }

    private ObjectNode interpolated()
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        ObjectNode result = JsonNodeFactory.instance.objectNode().put("output", "" + output);
        if (batch.skipExisting() && Files.exists(output)) {
            return result.put("skipped", true);
        }
        Work work = Work.onFrames(String.valueOf(output.getFileName()));
        try (ProgressView progress = report.progress(context, work)) {
            if (batch.detach()) {
                return detached(progress);
            }
            result.set("metadata", remote() ? remote(progress) : local(progress));
            progress.end("COMPLETED");
        }
        return result;
    }

    private boolean remote() {
        return server.given(context.environment());
    }

    private JsonNode local(ProgressView progress)
            throws IOException, InterruptedException, InvalidConfiguration {
        var local = new InProcessInterpolation(processor.read(context.environment()), progress);
        if (times != null) {
            return local.raiseRate(inputs.getFirst(), raised(times), output);
        }
        return engine == LocalEngine.WAN
                ? local.wan(
                        inputs.getFirst(),
                        end(),
                        settings.video(false),
                        settings.rate(true),
                        output)
                : local.between(inputs, settings.stills(), output);
    }

    private RateRequest raised(int factor) {
        return new RateRequest(
                factor,
                bitDepth == null ? OptionalInt.empty() : OptionalInt.of(bitDepth),
                deinterlace == null ? Deinterlace.AUTO : Deinterlace.named(deinterlace));
    }

    private Optional<Path> end() {
        return inputs.stream().skip(1).findFirst();
    }

    private JsonNode remote(ProgressView progress)
            throws IOException, InterruptedException, CommandFailed {
        int rate = settings.rate(settings.guided()).numerator();
        try (FrameDownload target = FrameDownload.to(output, rate);
                var client = server.open(ENDPOINT, context.environment())) {
            var job = new RemoteJob(client, batch.idempotencyKey(), progress);
            return new RemoteInterpolation(job, progress).run(request(), target);
        }
    }

    private ObjectNode detached(ProgressView progress)
            throws IOException, InterruptedException, CommandFailed {
        try (var client = server.open(ENDPOINT, context.environment())) {
            String job =
                    new RemoteJob(client, batch.idempotencyKey(), progress).submit(request(), 0);
            progress.end("IN_QUEUE");
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("job", job)
                    .put("endpoint", client.url().endpoint())
                    .put("console", client.url().consoleLink(job));
        }
    }

    private InterpolationJob request() {
        return new InterpolationJob(inputs.getFirst(), end(), settings.video(true), asked());
    }

    /** A server encodes videos itself, at the frame rate of its engine. */
    private InterpolateInput.Output asked() {
        if (settings.hasOwnRate()) {
            return InterpolateInput.Output.FRAMES;
        }
        return VideoFormat.endOf(output)
                .map(format ->
                        switch (format) {
                            case MP4 -> InterpolateInput.Output.MP4;
                            case WEBM -> InterpolateInput.Output.WEBM;
                        })
                .orElse(InterpolateInput.Output.FRAMES);
    }

    private void checkUsage(Usage usage) {
        if (times != null) {
            checkTimes(usage, times);
            return;
        }
        usage.require(
                bitDepth == null && deinterlace == null,
                "--bit-depth and --deinterlace need --times");
        boolean wan = engine == LocalEngine.WAN;
        usage.require(
                !remote() || engine == null,
                "--engine chooses on this machine; with --url the server decides");
        usage.require(
                inputs.size() == 2 || wan || remote() && settings.guided(),
                "expected two images, START and END; for one video add --times 2, for a start"
                        + " image alone --engine wan");
        settings.check(usage, wan, remote());
        server.check(spec, context.environment());
        batch.check(usage, remote());
    }

    private void checkTimes(Usage usage, int factor) {
        usage.require(inputs.size() == 1, "--times takes one video, found two inputs");
        usage.require(TIMES.contains(factor), "--times: expected 2, 4 or 8, found " + factor);
        usage.require(
                bitDepth == null || bitDepth == 8 || bitDepth == 10,
                "--bit-depth: expected 8 or 10, found " + bitDepth);
        usage.require(
                deinterlace == null || RestoreInput.DEINTERLACES.contains(deinterlace),
                "--deinterlace: expected auto or off, found " + deinterlace);
        usage.require(!remote(), "--times works on this machine only, not with --url");
        usage.require(
                engine != LocalEngine.WAN && !settings.guided(),
                "--times needs --engine rife, which takes no prompt");
        usage.require(
                VideoFormat.endOf(output).equals(Optional.of(VideoFormat.MP4)),
                "--times writes a video: expected a name that ends in .mp4, found " + output);
    }

    private void checkFiles() throws CommandFailed, IOException {
        for (Path input : inputs) {
            if (Files.isDirectory(input)) {
                throw new CommandFailed(
                        ExitCode.USAGE, input + " is a folder; expected an image or a video");
            }
            if (!Files.isReadable(input)) {
                throw new CommandFailed(ExitCode.USAGE, "cannot read " + input);
            }
        }
        try {
            FrameDownload.check(output, inputs);
        } catch (OutputRefused refused) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(refused.getMessage()), refused);
        }
    }
}
