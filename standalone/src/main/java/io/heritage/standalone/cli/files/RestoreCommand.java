package io.heritage.standalone.cli.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.schemas.PublishedModel;
import io.heritage.schemas.RestoreInput;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.FileWork;
import io.heritage.standalone.cli.command.JobReport;
import io.heritage.standalone.cli.command.ModelNames;
import io.heritage.standalone.cli.command.ProcessorOptions;
import io.heritage.standalone.cli.command.ServerOptions;
import io.heritage.standalone.cli.command.Usage;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.RestorationJob;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.logging.LogLevels;
import io.heritage.standalone.output.FileTree;
import io.heritage.standalone.output.MediaNames;
import io.heritage.standalone.output.OutputRefused;
import io.heritage.standalone.output.PartialFile;
import io.heritage.standalone.progress.ProgressSubject;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "restore",
        description = {
            "Restores images and videos with SeedVR2.",
            "",
            "An image becomes a PNG and keeps its alpha. A video becomes an mp4 or WebM with the same"
                    + " frame times and sound. Without --url it is computed on this machine. Ctrl-C"
                    + " cancels the job and leaves no output."
        },
        footer = {
            "",
            "Examples:",
            "  heritage restore old.jpg",
            "  heritage restore old.mp4 -o new.mp4 --model seedvr2_3b --size 1280x720",
            "  heritage restore old.mp4 -o new.webm --bit-depth 10 --crf 20",
            "  heritage restore photos/ -o restored/",
            "  heritage restore - -o - < old.jpg > new.png",
            "  heritage restore old.mp4 -o new.mp4 --url http://127.0.0.1:8000",
            ""
        })
public final class RestoreCommand implements Callable<Integer> {
    private static final String ENDPOINT = "restore";

    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final RestoreSettings settings = new RestoreSettings();
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
            description = "Images and videos, or folders of them; - is stdin.")
    private List<Path> inputs = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            description = {
                "NAME.png, NAME.mp4 or NAME.webm, an existing folder, or - for stdout (default:"
                        + " beside each input, INPUT_restored.png or .mp4). An existing file is"
                        + " replaced once the result is complete."
            })
    private @Nullable Path output;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            completionCandidates = ModelNames.Restoring.class,
            description = {
                "${COMPLETION-CANDIDATES}; tiny has random weights and needs no installation"
                        + " (default: an installed one, preferably "
                        + "seedvr2_7b; with --url the server's choice)."
            })
    private @Nullable String model;

    @Option(
            names = "--batch",
            description = {
                "With --url: send all files, queue them as one batch and print its id, which 'jobs"
                        + " watch', 'jobs cancel' and 'jobs download' take."
            })
    private boolean asBatch;

    RestoreCommand(CommandContext context) {
        this.context = context;
    }

    /** Restores one file. */
    private interface Route {
        JsonNode restore(FileTask task, PartialFile partial, ProgressView progress)
                throws IOException, InterruptedException, CommandFailed;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
        var usage = new Usage(spec);
        boolean remote = server.given(context.environment());
        usage.requireOneOf("--model", ModelNames.Restoring.names(), model);
        usage.require(
                !remote || !ModelNames.TINY.equals(model),
                "--model tiny works on this machine; with --url name a model of the server");
        settings.check(usage);
        batch.check(usage, remote);
        if (asBatch) {
            checkBatch(usage, remote);
        }
        trial.check(usage, remote);
        usage.require(
                !remote || !batch.keepPartial(),
                "--keep-partial works on this machine only: a server keeps no partial restoration");
        server.check(spec, context.environment());
        Optional<Preview> preview = trial.preview(usage);
        if (PipedFiles.areMeant(inputs, output)) {
            return piped(usage);
        }
        if (preview.isPresent()) {
            return piece(preview.get(), usage);
        }
        List<FileTask> tasks = tasks(inputs, usage);
        usage.require(
                tasks.size() == 1 || batch.idempotencyKey().isEmpty(),
                "--idempotency-key is for one input, found " + tasks.size());
        LogLevels.WARNINGS.unlessVerbose(common.verbose(), context.environment()).apply();
        return FileWork.runWatched(spec.commandLine(), report.json(), () -> run(tasks));
    }

    private void checkBatch(Usage usage, boolean remote) {
        usage.require(remote, "--batch needs a server: --url");
        usage.require(
                !PipedFiles.areMeant(inputs, output) && output == null,
                "--batch takes files and no -o: 'jobs download' fetches the results");
        usage.require(
                !batch.skipExisting()
                        && batch.report().isEmpty()
                        && batch.idempotencyKey().isEmpty()
                        && !trial.estimate()
                        && trial.preview(usage).isEmpty(),
                "--batch cannot be combined with --skip-existing, --report, --idempotency-key,"
                        + " --estimate or --preview");
    }

    private int piped(Usage usage) throws InvalidConfiguration, CommandFailed {
        PipedFiles.check(usage, inputs, output, inputs.size() == 1, context);
        batch.checkPiped(usage, PipedFiles.isStdout(output), report.json());
        usage.require(trial.preview(usage).isEmpty(), "--preview takes a file, not -");
        LogLevels.WARNINGS.unlessVerbose(common.verbose(), context.environment()).apply();
        return FileWork.runWatched(
                spec.commandLine(),
                report.json(),
                () -> {
                    try (var pipes = PipedFiles.open()) {
                        return piped(pipes, usage);
                    }
                });
    }

    private int piped(PipedFiles pipes, Usage usage)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        inputs = pipes.received(inputs);
        if (!PipedFiles.isStdout(output)) {
            return run(tasks(inputs, usage));
        }
        usage.require(
                Files.isRegularFile(inputs.getFirst()),
                "-o - is for one file, found " + inputs.getFirst());
        Path result = pipes.result(settings.usualEnding(FileTask.isImage(inputs.getFirst())));
        output = result;
        int code = run(tasks(inputs, usage));
        if (code == ExitCode.OK && Files.exists(result)) { // none of an estimate
            PipedFiles.send(result, System.out);
        }
        return code;
    }

    private int piece(Preview preview, Usage usage)
            throws InvalidConfiguration, CommandFailed, IOException {
        usage.require(
                inputs.size() == 1 && Files.isRegularFile(inputs.getFirst()) && output != null,
                "--preview takes one video and -o OUT");
        checkTarget();
        LogLevels.WARNINGS.unlessVerbose(common.verbose(), context.environment()).apply();
        return FileWork.runWatched(
                spec.commandLine(),
                report.json(),
                () -> {
                    Path folder = Files.createTempDirectory("heritage-preview-");
                    try {
                        return run(tasks(List.of(preview.cut(inputs.getFirst(), folder)), usage));
                    } finally {
                        FileTree.delete(folder);
                    }
                });
    }

    private void checkTarget() throws IOException, CommandFailed {
        try {
            if (output != null && !Files.isDirectory(output)) {
                trial.checkTarget(output, inputs);
            }
        } catch (OutputRefused refused) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(refused.getMessage()), refused);
        }
    }

    private List<FileTask> tasks(List<Path> files, Usage usage) throws IOException, CommandFailed {
        try {
            List<FileTask> tasks =
                    new FileTasks("_restored", MediaNames::isMedia)
                            .of(
                                    files,
                                    output,
                                    file -> settings.usualEnding(FileTask.isImage(file)),
                                    usage);
            for (FileTask task : tasks) {
                settings.check(usage, task, FileTask.isImage(task.input()));
            }
            return tasks;
        } catch (OutputRefused refused) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(refused.getMessage()), refused);
        }
    }

    private int run(List<FileTask> tasks)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        if (server.given(context.environment())) {
            try (EndpointClient client = server.open(ENDPOINT, context.environment())) {
                return restoreThere(tasks, client);
            }
        }
        if (ModelNames.TINY.equals(model)) {
            try (TinyModel tiny = TinyModel.make()) {
                ProcessorConfig config = processor.read(context.environment());
                return restoreHere(
                        tasks, config.withModels(tiny.folder()), TinyModel.VARIANT.model());
            }
        }
        ProcessorConfig config = processor.read(context.environment());
        return restoreHere(tasks, config, InProcessModel.of(model, config.models()));
    }

    private int restoreThere(List<FileTask> tasks, EndpointClient client)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        var there = new RemoteRestoration(client, this::request, batch.idempotencyKey());
        if (trial.estimate()) {
            return new JobEstimate(client, spec.commandLine(), report.json())
                    .of(tasks.stream().map(there::question).toList());
        }
        if (asBatch) {
            return queued(there, tasks);
        }
        return batch.detach()
                ? results().run(tasks, task -> detached(there, task))
                : restoreAll(tasks, there::run);
    }

    private int restoreHere(List<FileTask> tasks, ProcessorConfig config, PublishedModel published)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        try (var restoration = new InProcessRestoration(config, batch.keepPartial())) {
            return restoreAll(
                    tasks,
                    (task, partial, progress) ->
                            restoration.run(
                                    RestoreInput.Model.of(published),
                                    task.input(),
                                    settings.request(task.output()),
                                    partial.path(),
                                    progress));
        }
    }

    private int restoreAll(List<FileTask> tasks, Route route)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        return results().run(tasks, task -> restore(task, route));
    }

    private FileBatch results() {
        return new FileBatch(
                spec.commandLine(), report.json(), context.quiet(), batch.report(), inputs);
    }

    private ObjectNode restore(FileTask task, Route route)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        ObjectNode result =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("output", PipedFiles.shown(task.output()));
        if (batch.skipExisting() && Files.exists(task.output())) {
            return result.put("skipped", true);
        }
        try (ProgressView progress = report.progress(context, task.work());
                var partial = new PartialFile(task.output())) {
            JsonNode facts =
                    UnfinishedWork.of(
                            batch, partial, progress, () -> route.restore(task, partial, progress));
            partial.moveToTarget();
            progress.end("COMPLETED");
            if (facts.path("tiny").asBoolean()) {
                progress.note("the model is tiny and has random weights: nothing was restored");
            }
            return result.set("metadata", facts);
        }
    }

    private ObjectNode detached(RemoteRestoration there, FileTask task)
            throws IOException, InterruptedException, CommandFailed {
        try (ProgressView progress = report.progress(context, task.work())) {
            return there.detach(task, progress);
        }
    }

    /** Submits all as one batch without waiting. */
    private int queued(RemoteRestoration there, List<FileTask> tasks)
            throws IOException, InterruptedException, CommandFailed {
        var work = new ProgressSubject("", "files", "");
        ObjectNode queued;
        try (ProgressView progress = report.progress(context, work)) {
            queued = there.queue(tasks, progress);
            progress.end("IN_QUEUE");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(report.json() ? queued : queued.path("batch").asText());
        out.flush();
        return ExitCode.OK;
    }

    private RestorationJob request(FileTask task) {
        return new RestorationJob(
                task.input(),
                Optional.ofNullable(model).flatMap(PublishedModel::of),
                settings.request(task.output()));
    }
}
