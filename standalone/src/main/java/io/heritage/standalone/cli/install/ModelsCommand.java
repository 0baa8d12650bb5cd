package io.heritage.standalone.cli.install;

import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.models.wan.WanFileNames;
import io.heritage.models.wan.WanFiles;
import io.heritage.models.wan.WanTiny;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.schemas.PublishedModel;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.ModelNames;
import io.heritage.standalone.cli.command.ProcessorOptions;
import io.heritage.standalone.config.InvalidConfiguration;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "models",
        description = "Lists, downloads and verifies models, or makes tiny ones for trials.",
        subcommands = {
            ModelsCommand.Listing.class,
            PullCommand.class,
            ModelsVerifyCommand.class,
            ModelsCommand.MakeTiny.class
        },
        footer = {
            "",
            "Examples:",
            "  heritage models list",
            "  heritage models pull seedvr2_3b",
            "  heritage models make-tiny seedvr2_3b wan22 --into ckpts",
            ""
        })
public final class ModelsCommand implements Callable<Integer> {
    private final CommandContext context;
    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ProcessorOptions processor = new ProcessorOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    ModelsCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InvalidConfiguration {
        return list(processor.read(context.environment()), spec.commandLine().getOut());
    }

    /** One line for each model: its files here, or those it lacks. */
    private static int list(ProcessorConfig processor, PrintWriter out) {
        Path folder = processor.models();
        out.println("In " + folder.toAbsolutePath().normalize() + ":");
        for (SeedVr2Variant variant : SeedVr2Variant.values()) {
            out.printf("%-18s%s%n", variant.id(), state(folder, variant));
        }
        out.printf("%-18s%s%n", PublishedModel.WAN22.id(), state(folder, processor.wan().files()));
        out.printf("%-18s%s%n", PublishedModel.RIFE47.id(), rife(folder));
        out.println("Install missing models: heritage models pull NAME");
        out.flush();
        return ExitCode.OK;
    }

    private static String state(Path folder, SeedVr2Variant variant) {
        return SeedVr2Files.missing(folder, variant)
                .map(missing -> "missing: " + lacking(missing))
                .orElseGet(() -> installed(SeedVr2Files.find(folder, variant)));
    }

    private static String installed(SeedVr2Files files) {
        String names = files.dit().getFileName() + ", " + files.vae().getFileName();
        try {
            return (files.tiny() ? "tiny, random weights: " : "installed: ") + names;
        } catch (CheckpointMismatch damaged) {
            return "damaged: " + damaged.getMessage();
        }
    }

    private static String state(Path folder, WanFileNames names) {
        List<String> missing = WanFiles.missing(folder, names);
        if (!missing.isEmpty()) {
            return "missing: " + String.join(", ", missing);
        }
        try {
            boolean tiny = WanFiles.find(folder, names).tiny();
            return (tiny ? "tiny, random weights: " : "installed: ")
                    + String.join(", ", names.all());
        } catch (CheckpointMismatch damaged) {
            return "damaged: " + damaged.getMessage();
        }
    }

    /** The built-in model, which needs no installation. */
    private static String rife(Path folder) {
        String name = PublishedModel.RIFE47.files().getFirst().name();
        return Files.isRegularFile(folder.resolve(name))
                ? "installed: " + name
                : "built in (" + name + " would take its place)";
    }

    private static String lacking(SeedVr2Files.Missing missing) {
        return String.join(
                ", ",
                missing.files().stream()
                        .map(names -> "%s (or %s)".formatted(names.get(0), names.get(1)))
                        .toList());
    }

    @Command(
            name = "list",
            description = "Lists which files of each model are installed or missing.",
            footer = {"", "Example:", "  heritage models list --models /srv/ckpts", ""})
    static final class Listing implements Callable<Integer> {
        private final CommandContext context;
        @Mixin private final CommonOptions common = new CommonOptions();
        @Mixin private final ProcessorOptions processor = new ProcessorOptions();
        @Spec private CommandSpec spec = CommandSpec.create();

        Listing(CommandContext context) {
            this.context = context;
        }

        @Override
        public Integer call() throws InvalidConfiguration {
            return list(processor.read(context.environment()), spec.commandLine().getOut());
        }
    }

    @Command(
            name = "make-tiny",
            description = {
                "Writes small models with random weights under the published file names.",
                "For tests and demonstrations: results are noise and are marked as tiny."
            },
            footer = {
                "",
                "Examples:",
                "  heritage models make-tiny seedvr2_3b --into ckpts",
                "  heritage models make-tiny wan22 --fp8 --into ckpts",
                ""
            })
    static final class MakeTiny implements Callable<Integer> {
        private static final long LARGEST_TINY = 64L << 20;

        @Mixin private final CommonOptions common = new CommonOptions();
        @Spec private CommandSpec spec = CommandSpec.create();

        @Parameters(
                arity = "1..*",
                paramLabel = "NAME",
                completionCandidates = ModelNames.WithTiny.class,
                description = "${COMPLETION-CANDIDATES}.")
        private List<String> names = new ArrayList<>();

        @Option(
                names = "--fp8",
                description = "wan22 only: 8-bit linear weights, like the published files.")
        private boolean fp8;

        @Option(
                names = "--into",
                required = true,
                paramLabel = "DIR",
                description = "Folder, created if missing. Real models are never replaced.")
        private Path folder = Path.of("");

        @Override
        public Integer call() throws CommandFailed {
            List<PublishedModel> models = names.stream().map(this::model).toList();
            boolean wan = models.contains(PublishedModel.WAN22);
            List<SeedVr2Variant> variants =
                    models.stream()
                            .filter(model -> model != PublishedModel.WAN22)
                            .map(SeedVr2Variant::new)
                            .toList();
            if (fp8 && !wan) {
                throw new ParameterException(
                        spec.commandLine(), "--fp8 is for " + PublishedModel.WAN22.id() + " only");
            }
            refuseIfReal(variants, wan);
            PrintWriter out = spec.commandLine().getOut();
            try {
                for (SeedVr2Variant variant : variants) {
                    SeedVr2Files files = SeedVr2Tiny.write(folder, variant);
                    out.println(files.dit());
                    out.println(files.vae());
                }
                if (wan) {
                    WanTiny.write(folder, WanFileNames.DOCUMENTED, fp8).all().forEach(out::println);
                }
            } catch (UncheckedIOException e) {
                throw new CommandFailed(ExitCode.ERROR, String.valueOf(e.getMessage()), e);
            }
            out.flush();
            return ExitCode.OK;
        }

        private PublishedModel model(String name) {
            List<PublishedModel> all = ModelNames.WithTiny.models();
            return PublishedModel.of(name)
                    .filter(all::contains)
                    .orElseThrow(() ->
                            new ParameterException(
                                    spec.commandLine(),
                                    "no tiny model '%s'; expected %s"
                                            .formatted(name, PublishedModel.names(all))));
        }

        /** Refuses a folder with real files of the model, which cannot be mixed with tiny ones. */
        private void refuseIfReal(List<SeedVr2Variant> variants, boolean wan) throws CommandFailed {
            List<String> own = new ArrayList<>();
            for (SeedVr2Variant variant : variants) {
                own.addAll(variant.files());
                own.addAll(variant.vaeFiles());
            }
            if (wan) {
                own.addAll(WanFileNames.DOCUMENTED.all());
            }
            for (String name : own) {
                if (folder.resolve(name).toFile().length() > LARGEST_TINY) {
                    throw new CommandFailed(
                            ExitCode.USAGE,
                            "%s is a real model; use another folder for tiny ones"
                                    .formatted(folder.resolve(name)));
                }
            }
        }
    }
}
