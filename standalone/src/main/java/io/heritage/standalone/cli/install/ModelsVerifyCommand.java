package io.heritage.standalone.cli.install;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.PublishedFile;
import io.heritage.schemas.PublishedModel;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.FileWork;
import io.heritage.standalone.cli.command.JobReport;
import io.heritage.standalone.cli.command.ModelNames;
import io.heritage.standalone.cli.command.ProcessorOptions;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.download.FileHash;
import io.heritage.standalone.progress.ProgressSubject;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
                    + " one. For a file without a published checksum it prints the computed one and"
                    + " whether the file can be opened. Exits with 1 if a file differs or is damaged,"
                    + " or if a model that is named or partly installed lacks a file."
        },
        footer = {
            "",
            "Examples:",
            "  heritage models verify",
            "  heritage models verify seedvr2_3b --models /srv/ckpts --json",
            ""
        })
final class ModelsVerifyCommand implements Callable<Integer> {
    private static final String MISSING = "missing";
    private static final String DIFFERS = "differs";
    private static final String DAMAGED = "damaged";

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
        List<String> wrong = new ArrayList<>();
        for (PublishedFile file : files(models)) {
            Path path = folder.resolve(file.name());
            if (Files.isRegularFile(path) && !verify(file, path, results)) {
                wrong.add(file.name());
            }
        }
        for (List<String> names : missing(models, folder)) {
            addMissing(names, folder, results);
            wrong.add(String.join(" or ", names));
        }
        if (results.isEmpty() && !report.json()) {
            spec.commandLine()
                    .getErr()
                    .println("heritage: no model file is installed in " + folder.toAbsolutePath());
        }
        return conclude(results, wrong);
    }

    private int conclude(ArrayNode results, List<String> wrong) {
        if (report.json()) {
            spec.commandLine().getOut().println(results);
        } else if (!wrong.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "heritage: wrong or missing: %s; 'heritage models pull' fetches a model"
                                    .formatted(String.join(", ", wrong)));
        }
        spec.commandLine().getOut().flush();
        return wrong.isEmpty() ? ExitCode.OK : ExitCode.ERROR;
    }

    /** Each name once, because models share files; includes both precisions. */
    private static List<PublishedFile> files(List<PublishedModel> models) {
        List<PublishedFile> files = new ArrayList<>();
        models.stream()
                .flatMap(ModelsVerifyCommand::forms)
                .filter(file -> files.stream().noneMatch(known -> known.name().equals(file.name())))
                .forEach(files::add);
        return files;
    }

    private static Stream<PublishedFile> forms(PublishedModel model) {
        return Stream.concat(model.files().stream(), model.halfFiles().stream());
    }

    /** Files that the chosen models lack: one of the names in each list is needed. */
    private Set<List<String>> missing(List<PublishedModel> models, Path folder) {
        Set<List<String>> missing = new LinkedHashSet<>();
        for (PublishedModel model : models) {
            if (!names.isEmpty() || isThereInPart(model, folder)) {
                missing.addAll(ModelFiles.missing(model, folder));
            }
        }
        return missing;
    }

    /** A file that other models need too does not show that this model is installed. */
    private static boolean isThereInPart(PublishedModel model, Path folder) {
        return forms(model)
                .filter(file ->
                        Stream.of(PublishedModel.values())
                                .filter(other -> other != model)
                                .flatMap(ModelsVerifyCommand::forms)
                                .noneMatch(other -> other.name().equals(file.name())))
                .anyMatch(file -> Files.isRegularFile(folder.resolve(file.name())));
    }

    private void addMissing(List<String> names, Path folder, ArrayNode results) {
        Path path = folder.resolve(names.getFirst());
        ObjectNode result = results.addObject().put("file", path.toString());
        result.put("state", MISSING);
        names.stream().skip(1).forEach(result.withArray("alternatives")::add);
        if (!report.json()) {
            String others =
                    names.size() > 1
                            ? ", and so is " + String.join(", ", names.subList(1, names.size()))
                            : "";
            spec.commandLine().getOut().printf("%s: %s%s%n", path, MISSING, others);
        }
    }

    private boolean verify(PublishedFile file, Path path, ArrayNode results)
            throws IOException, InterruptedException {
        String found;
        try (ProgressView view =
                report.progress(context, new ProgressSubject(file.name(), "MB", ""))) {
            found = FileHash.sha256(path, view::report);
            view.end("COMPLETED");
        }
        Optional<String> published = file.sha256();
        Optional<String> damage =
                published.isPresent() ? Optional.empty() : ModelFiles.damage(path);
        String state =
                published.isPresent()
                        ? published.get().equals(found) ? "matches" : DIFFERS
                        : damage.isPresent() ? DAMAGED : "no checksum is published";
        ObjectNode result = results.addObject().put("file", path.toString()).put("sha256", found);
        published.ifPresent(hash -> result.put("published", hash));
        result.put("state", state);
        damage.ifPresent(reason -> result.put("reason", reason));
        if (!report.json()) {
            spec.commandLine().getOut().printf("%s: %s, %s%n", path, state, damage.orElse(found));
        }
        return !state.equals(DIFFERS) && !state.equals(DAMAGED);
    }
}
