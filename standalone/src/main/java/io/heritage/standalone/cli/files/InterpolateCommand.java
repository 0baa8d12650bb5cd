package io.heritage.standalone.cli.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.media.VideoFormat;
import io.heritage.schemas.InterpolateInput;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.FileWork;
import io.heritage.standalone.cli.command.JobReport;
import io.heritage.standalone.cli.command.ProcessorOptions;
import io.heritage.standalone.cli.command.ServerOptions;
import io.heritage.standalone.cli.command.Usage;
import io.heritage.standalone.cli.jobs.RemoteJob;
import io.heritage.standalone.client.InterpolationJob;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.logging.LogLevels;
import io.heritage.standalone.output.FileTree;
import io.heritage.standalone.output.FrameDownload;
import io.heritage.standalone.output.OutputRefused;
import io.heritage.standalone.progress.ProgressSubject;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
                    + " copied, scene cuts are kept. Several videos, folders and patterns go into an"
                    + " existing folder OUT.",
            "",
            "Without --url it is computed on this machine. Ctrl-C cancels the job and leaves no"
                    + " output except what --keep-partial keeps."
        },
        footer = {
            "",
            "Examples:",
            "  heritage interpolate start.jpg end.jpg -o between.mp4",
            "  heritage interpolate start.jpg end.jpg -o frames --frames 65",
            "  heritage interpolate a.jpg b.jpg -o walk.mp4 --engine wan --prompt 'she walks'",
            "  heritage interpolate a.jpg b.jpg -o ab.mp4 --url http://127.0.0.1:8000",
            "  heritage interpolate clip.mp4 -o smooth.mp4 --times 2",
            "  heritage interpolate clips/ -o smooth/ --times 2 --skip-existing",
            ""
        })
public final class InterpolateCommand implements Callable<Integer> {
    private static final String ENDPOINT = "interpolate";

    /** Engine on this machine. */
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
    @Mixin private final RaiseOptions raise = new RaiseOptions();
    @Mixin private final ServerOptions server = new ServerOptions();
    @Mixin private final ProcessorOptions processor = new ProcessorOptions();
    @Mixin private final BatchOptions batch = new BatchOptions();
    @Mixin private final TrialOptions trial = new TrialOptions();
    @Mixin private final JobReport report = new JobReport();
    @Spec private CommandSpec spec = CommandSpec.create();
    private final CommandContext context;

    @Parameters(
            arity = "1..*",
            paramLabel = "INPUT",
            description = {
                "Two images, one with --engine wan; with --times videos, or folders of them. One"
                        + " of them may be -, stdin."
            })
    private List<Path> inputs = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "OUT",
            description = {
                "NAME.mp4, NAME.webm, or a new folder; with --times an existing one; or - for an"
                        + " mp4 on stdout. An existing video is replaced once the result is"
                        + " complete."
            })
    private Path output = Path.of("");

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = {
                "rife or wan, on this machine (default: rife). With --url the server chooses."
            })
    private @Nullable LocalEngine engine;

    InterpolateCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
        var usage = new Usage(spec);
        if (PipedFiles.areMeant(inputs, output)) {
            return piped(usage);
        }
        checkUsage(usage);
        Optional<Preview> preview = trial.preview(usage);
        checkPreview(preview, usage);
        List<FileTask> tasks = tasks(inputs, usage);
        LogLevels.WARNINGS.unlessVerbose(common.verbose(), context.environment()).apply();
        return FileWork.runWatched(
                spec.commandLine(),
                report.json(),
                () -> preview.isPresent() ? piece(preview.get(), usage) : run(tasks));
    }

    private int piped(Usage usage) throws InvalidConfiguration, CommandFailed, IOException {
        boolean toStdout = PipedFiles.isStdout(output);
        PipedFiles.check(usage, inputs, output, !raise.asked() || inputs.size() == 1, context);
        batch.checkPiped(usage, toStdout, report.json());
        usage.require(trial.preview(usage).isEmpty(), "--preview takes a file, not -");
        try (var pipes = PipedFiles.open()) {
            if (toStdout) {
                output = pipes.result(VideoFormat.MP4.title());
            }
            checkUsage(usage);
            LogLevels.WARNINGS.unlessVerbose(common.verbose(), context.environment()).apply();
            return FileWork.runWatched(
                    spec.commandLine(),
                    report.json(),
                    () -> {
                        inputs = pipes.received(inputs);
                        int code = run(tasks(inputs, usage));
                        if (toStdout && code == ExitCode.OK && Files.exists(output)) {
                            PipedFiles.send(output, System.out);
                        }
                        return code;
                    });
        }
    }

    /**
     * With another frame rate frames lie between those of the input, so only a beginning is shown.
     */
    private void checkPreview(Optional<Preview> preview, Usage usage)
            throws IOException, CommandFailed {
        if (preview.isEmpty()) {
            return;
        }
        usage.require(
                raise.asked()
                        && preview.get() instanceof Preview.Beginning
                        && inputs.size() == 1
                        && Files.isRegularFile(inputs.getFirst())
                        && !Files.isDirectory(output),
                "--preview takes one video with --times and -o OUT.mp4, and seconds such as 2s");
        try {
            trial.checkTarget(output, inputs);
        } catch (OutputRefused refused) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(refused.getMessage()), refused);
        }
    }

    private int piece(Preview preview, Usage usage)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        Path folder = Files.createTempDirectory("heritage-preview-");
        try {
            return run(tasks(List.of(preview.cut(inputs.getFirst(), folder)), usage));
        } finally {
            FileTree.delete(folder);
        }
    }

    private List<FileTask> tasks(List<Path> files, Usage usage) throws IOException, CommandFailed {
        try {
            if (raise.asked()) {
                return raise.tasks(files, output, usage);
            }
            requireFiles();
            FrameDownload.check(output, files);
            return List.of(new FileTask(files.getFirst(), output));
        } catch (OutputRefused refused) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(refused.getMessage()), refused);
        }
    }

    private int run(List<FileTask> tasks)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        if (trial.estimate()) {
            return estimated();
        }
        return new FileBatch(
                        spec.commandLine(), report.json(), context.quiet(), batch.report(), inputs)
                .run(tasks, this::interpolated);
    }

    private int estimated() throws IOException, InterruptedException, CommandFailed {
        String name = inputs.stream().map(Path::toString).collect(Collectors.joining(" and "));
        try (var client = server.open(ENDPOINT, context.environment())) {
            return new JobEstimate(client, spec.commandLine(), report.json())
                    .of(List.of(new JobEstimate.Question(name, request().input(), inputs)));
        }
    }

    private ObjectNode interpolated(FileTask task)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        Path target = task.output();
        ObjectNode result =
                JsonNodeFactory.instance.objectNode().put("output", PipedFiles.shown(target));
        if (batch.skipExisting() && Files.exists(target)) {
            return result.put("skipped", true);
        }
        ProgressSubject work =
                raise.asked() ? task.work() : ProgressSubject.onFrames("" + target.getFileName());
        try (ProgressView progress = report.progress(context, work)) {
            if (batch.detach()) {
                return detached(progress);
            }
            result.set("metadata", remote() ? remote(progress) : local(task, progress));
            progress.end("COMPLETED");
        }
        return result;
    }

    private boolean remote() {
        return server.given(context.environment());
    }

    private JsonNode local(FileTask task, ProgressView progress)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        var local =
                new InProcessInterpolation(processor.read(context.environment()), batch, progress);
        if (raise.asked()) {
            return local.raiseRate(task.input(), raise.request(), task.output());
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

    private Optional<Path> end() {
        return inputs.stream().skip(1).findFirst();
    }

    private JsonNode remote(ProgressView progress)
            throws IOException, InterruptedException, CommandFailed {
        int rate = settings.rate(settings.guided()).numerator();
        try (FrameDownload target = FrameDownload.to(output, rate);
                var client = server.open(ENDPOINT, context.environment())) {
            var job = new RemoteJob(client, batch.idempotencyKey(), progress);
            return new RemoteInterpolation(job, progress, batch.keepPartial())
                    .run(request(), target);
        }
    }

    private ObjectNode detached(ProgressView progress)
            throws IOException, InterruptedException, CommandFailed {
        try (var client = server.open(ENDPOINT, context.environment())) {
            return new RemoteJob(client, batch.idempotencyKey(), progress).detach(request());
        }
    }

    private InterpolationJob request() {
        return new InterpolationJob(inputs.getFirst(), end(), settings.video(true), asked());
    }

    /**
     * A server encodes videos itself, at the frame rate of its engine. Of unfinished work it sends
     * frames only.
     */
    private InterpolateInput.Output asked() {
        if (settings.hasOwnRate() || batch.keepPartial()) {
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
        server.check(spec, context.environment());
        batch.check(usage, remote());
        trial.check(usage, remote());
        if (raise.asked()) {
            checkRaise(usage);
            return;
        }
        raise.refuse(usage);
        boolean wan = engine == LocalEngine.WAN;
        usage.require(
                !remote() || engine == null,
                "--engine chooses on this machine; with --url the server decides");
        usage.require(
                inputs.size() == 2 || inputs.size() == 1 && (wan || remote() && settings.guided()),
                "expected two images, START and END; for videos add --times 2, for a start"
                        + " image alone --engine wan");
        settings.check(usage, wan, remote());
    }

    private void checkRaise(Usage usage) {
        raise.check(usage, output);
        usage.require(!remote(), "--times works on this machine only, not with --url");
        usage.require(
                engine != LocalEngine.WAN && !settings.guided(),
                "--times needs --engine rife, which takes no prompt");
    }

    private void requireFiles() throws CommandFailed {
        for (Path input : inputs) {
            if (Files.isDirectory(input)) {
                throw new CommandFailed(
                        ExitCode.USAGE, input + " is a folder; expected an image or a video");
            }
            if (!Files.isReadable(input)) {
                throw new CommandFailed(ExitCode.USAGE, "cannot read " + input);
            }
        }
    }
}
