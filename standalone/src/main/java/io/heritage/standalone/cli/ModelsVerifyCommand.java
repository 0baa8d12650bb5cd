package io.heritage.standalone.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.PublishedFile;
import io.heritage.schemas.PublishedModel;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.download.FileHash;
import io.heritage.standalone.progress.ProgressView;
import io.heritage.standalone.progress.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "verify",
        description = {
            "Computes the SHA-256 of the installed model files and compares it with the published"
                    + " one. Exits with 1 if a file differs. Of files without a published checksum it"
                    + " only tells what they have."
        },
        footer = {
            "",
            "Examples:",
            "  heritage models verify",
            "  heritage models verify seedvr2_3b --models /srv/ckpts --json",
            ""
        })
final class ModelsVerifyCommand implements Callable<Integer> {
    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ProcessorOptions processor = new ProcessorOptions();
    @Mixin private final JobReport report = new JobReport();
    @Spec private CommandSpec spec = CommandSpec.create();
    private final CommandContext context;

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME",
            completionCandidates = ModelNames.Published.class,
            description = "${COMPLETION-CANDIDATES} (default: all that are installed).")
    private List<String> names = new ArrayList<>();

    ModelsVerifyCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed {
        List<PublishedModel> models = models();
        Path folder = processor.read(context.environment()).models();
        return FileWork.runWatched(spec.commandLine(), report.json(), () -> verify(models, folder));
    }

    private List<PublishedModel> models() {
        if (names.isEmpty()) {
            return List.of(PublishedModel.values());
        }
        return names.stream()
                .map(name ->
                        PublishedModel.of(name)
                                .orElseThrow(() ->
                                        new ParameterException(
                                                spec.commandLine(),
                                                "no model '%s'; expected %s"
                                                        .formatted(
                                                                name,
                                                                PublishedModel.names(
                                                                        List.of(
                                                                                PublishedModel
                                                                                        .values()))))))
                .toList();
    }

    private int verify(List<PublishedModel> models, Path folder)
            throws IOException, InterruptedException {
        ArrayNode results = JsonNodeFactory.instance.arrayNode();
        boolean differs = false;
        for (PublishedFile file : files(models)) {
            Path path = folder.resolve(file.name());
            if (Files.isRegularFile(path)) {
                differs |= !verify(file, path, results);
            }
        }
        if (results.isEmpty() && !report.json()) {
            spec.commandLine()
                    .getErr()
                    .println("heritage: no model file is installed in " + folder.toAbsolutePath());
        }
        if (report.json()) {
            spec.commandLine().getOut().println(results);
        }
        spec.commandLine().getOut().flush();
        return differs ? ExitCode.ERROR : ExitCode.OK;
    }

    /** Each name once: models share files, and both precisions are looked for. */
    private static List<PublishedFile> files(List<PublishedModel> models) {
        List<PublishedFile> files = new ArrayList<>();
        models.stream()
                .flatMap(model -> Stream.concat(model.files().stream(), model.halfFiles().stream()))
                .filter(file -> files.stream().noneMatch(known -> known.name().equals(file.name())))
                .forEach(files::add);
        return files;
    }

    private boolean verify(PublishedFile file, Path path, ArrayNode results)
            throws IOException, InterruptedException {
        String found;
        try (ProgressView view = report.progress(context, new Work(file.name(), "MB", ""))) {
            found = FileHash.sha256(path, view::report);
            view.end("COMPLETED");
        }
        Optional<String> published = file.sha256();
        String state =
                published.isEmpty()
                        ? "no checksum is published"
                        : published.get().equals(found) ? "matches" : "differs";
        ObjectNode result = results.addObject().put("file", path.toString()).put("sha256", found);
        published.ifPresent(hash -> result.put("published", hash));
        result.put("state", state);
        if (!report.json()) {
            spec.commandLine().getOut().printf("%s: %s, %s%n", path, state, found);
        }
        return !state.equals("differs");
    }
}
