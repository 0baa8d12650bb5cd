package io.heritage.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.MediaRejected;
import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.job.JobFailed;
import io.heritage.schemas.PublishedModel;
import io.heritage.schemas.RestoreInput;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.RestorationJob;
import io.heritage.standalone.client.ServerReply;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.logging.LogLevels;
import io.heritage.standalone.output.OutputRefused;
import io.heritage.standalone.output.PartialFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
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
            "  heritage restore old.mp4 -o new.mp4 --url http://127.0.0.1:8000",
            ""
        })
final class RestoreCommand implements Callable<Integer> {
    private static final String ENDPOINT = "restore";

    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final RestoreSettings settings = new RestoreSettings();
    @Mixin private final ServerOptions server = new ServerOptions();
    @Mixin private final ProcessorOptions processor = new ProcessorOptions();
    @Mixin private final JobReport report = new JobReport();
    @Spec private CommandSpec spec = CommandSpec.create();
    private final CommandContext context;

    @Parameters(
            arity = "1..*",
            paramLabel = "INPUT",
            description = "Images and videos, or folders of them.")
    private List<Path> inputs = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            description = {
                "NAME.png, NAME.mp4 or NAME.webm, or an existing folder (default:"
                        + " INPUT_restored.png or .mp4 beside each input). An existing file is"
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

    RestoreCommand(CommandContext context) {
        this.context = context;
    }

    /** Restores one file. */
    private interface Route {
        JsonNode restore(RestoreTask task, PartialFile partial, Progress progress)
                throws IOException, InterruptedException, CommandFailed;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
        var usage = new Usage(spec);
        usage.requireOneOf("--model", ModelNames.Restoring.names(), model);
        usage.require(
                !server.given() || !ModelNames.TINY.equals(model),
                "--model tiny works on this machine; with --url name a model of the server");
        settings.check(usage);
        server.check(spec, ENDPOINT);
        List<RestoreTask> tasks = tasks(usage);
        LogLevels.WARNINGS.unlessVerbose(common.verbose(), context.environment()).apply();
        return FileWork.runWatched(
                spec.commandLine().getErr(), report.json(), server.given(), () -> run(tasks));
    }

    private List<RestoreTask> tasks(Usage usage) throws IOException, CommandFailed {
        try {
            return RestoreTask.of(inputs, output, settings, usage);
        } catch (OutputRefused refused) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(refused.getMessage()), refused);
        }
    }

    private void run(List<RestoreTask> tasks)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        if (server.given()) {
            try (EndpointClient client = server.open(ENDPOINT, context.environment())) {
                restoreAll(
                        tasks,
                        (task, partial, progress) -> remote(client, task, partial, progress));
            }
        } else if (ModelNames.TINY.equals(model)) {
            try (TinyModel tiny = TinyModel.make()) {
                ProcessorConfig config = processor.read(context.environment());
                restoreHere(tasks, config.withModels(tiny.folder()), TinyModel.VARIANT.model());
            }
        } else {
            ProcessorConfig config = processor.read(context.environment());
            restoreHere(tasks, config, installed(config.models()));
        }
    }

    private void restoreHere(
            List<RestoreTask> tasks, ProcessorConfig config, PublishedModel published)
            throws IOException, InterruptedException, CommandFailed {
        try (var restoration = new InProcessRestoration(config)) {
            restoreAll(
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

    /** The model named, else the default one or another that is installed, tiny ones last. */
    private PublishedModel installed(Path folder) throws CommandFailed {
        if (model != null) {
            return PublishedModel.of(model).orElseThrow();
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
                ExitCode.FAILED,
                ("no restoration model is installed in %s; download one (%s) with: heritage models"
                                + " pull %s; or try out random weights with: --model tiny")
                        .formatted(
                                folder.toAbsolutePath().normalize(),
                                PublishedModel.size(smallest.files()),
                                smallest.id()));
    }

    /** A file that cannot be restored does not stop the others. */
    private void restoreAll(List<RestoreTask> tasks, Route route)
            throws IOException, InterruptedException, CommandFailed {
        int failed = 0;
        for (RestoreTask task : tasks) {
            try {
                restore(task, route);
            } catch (MediaRejected | JobFailed | CommandFailed rejected) {
                if (tasks.size() == 1) {
                    throw rejected;
                }
                failed++;
                spec.commandLine()
                        .getErr()
                        .println(
                                JobReport.error(
                                        task.input() + ": " + rejected.getMessage(),
                                        report.json()));
            }
        }
        if (failed > 0) {
            throw new CommandFailed(
                    ExitCode.FAILED, "%d of %d files failed".formatted(failed, tasks.size()));
        }
    }

    private void restore(RestoreTask task, Route route)
            throws IOException, InterruptedException, CommandFailed {
        JsonNode facts;
        try (Progress progress = report.progress(context.terminal());
                var partial = new PartialFile(task.output())) {
            facts = route.restore(task, partial, progress);
            partial.moveToTarget();
            if (facts.path("tiny").asBoolean()) {
                progress.note("the model is tiny and has random weights: nothing was restored");
            }
        }
        report.print(spec.commandLine().getOut(), task.output(), facts);
    }

    private JsonNode remote(
            EndpointClient client, RestoreTask task, PartialFile partial, Progress progress)
            throws IOException, InterruptedException, CommandFailed {
        var named = Optional.ofNullable(model).flatMap(PublishedModel::of);
        ServerReply reply =
                new RemoteJob(client, progress)
                        .run(
                                new RestorationJob(
                                        task.input(), named, settings.request(task.output())),
                                0,
                                _ -> Files.newOutputStream(partial.path()));
        if (reply.frames() != 1) {
            throw new CommandFailed(
                    ExitCode.FAILED,
                    "job %s: expected one result, the server sent %d"
                            .formatted(reply.id(), reply.frames()));
        }
        return reply.output();
    }
}
