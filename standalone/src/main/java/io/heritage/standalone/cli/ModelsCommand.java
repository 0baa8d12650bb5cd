package io.heritage.standalone.cli;

import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "models",
        description =
                "Says which model files are installed, downloads them, or makes tiny ones for a trial.",
        subcommands = {
            ModelsCommand.Listing.class,
            PullCommand.class,
            ModelsCommand.MakeTiny.class
        },
        footer = {
            "",
            "Examples:",
            "  heritage models list",
            "  heritage models pull seedvr2_3b",
            "  heritage models make-tiny seedvr2_3b seedvr2_7b --into ckpts",
            ""
        })
final class ModelsCommand implements Callable<Integer> {
    private final Surroundings surroundings;
    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ConfigOptions config = new ConfigOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    ModelsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InvalidConfiguration {
        return list(surroundings, config, null, spec.commandLine().getOut());
    }

    /** A line a model: what it consists of here, or what it lacks. */
    private static int list(
            Surroundings surroundings, ConfigOptions config, @Nullable Path models, PrintWriter out)
            throws InvalidConfiguration {
        List<HeritageConfig.Flag> flags = new ArrayList<>();
        if (models != null) {
            flags.add(new HeritageConfig.Flag("--models", "processor.models", models.toString()));
        }
        Path folder =
                HeritageConfig.load(
                                config.file(surroundings.environment()),
                                surroundings.environment(),
                                flags)
                        .processor()
                        .models();
        out.println("In " + folder.toAbsolutePath().normalize() + ":");
        for (SeedVr2Variant variant : SeedVr2Variant.values()) {
            out.printf("%-18s%s%n", variant.id(), state(folder, variant));
        }
        out.println("Missing ones come by: heritage models pull NAME");
        out.flush();
        return ExitCode.OK;
    }

    private static String state(Path folder, SeedVr2Variant variant) {
        return SeedVr2Files.missing(folder, variant)
                .map(missing -> "missing: " + lacking(missing))
                .orElseGet(() -> "installed: " + names(SeedVr2Files.find(folder, variant)));
    }

    private static String lacking(SeedVr2Files.Missing missing) {
        return String.join(
                ", and ",
                missing.files().stream()
                        .map(names -> "%s (or %s)".formatted(names.get(0), names.get(1)))
                        .toList());
    }

    private static String names(SeedVr2Files files) {
        return files.dit().getFileName() + ", " + files.vae().getFileName();
    }

    @Command(
            name = "list",
            description = "Which files of each model are installed, which are missing.",
            footer = {"", "Example:", "  heritage models list --models /srv/ckpts", ""})
    static final class Listing implements Callable<Integer> {
        private final Surroundings surroundings;
        @Mixin private final CommonOptions common = new CommonOptions();
        @Mixin private final ConfigOptions config = new ConfigOptions();
        @Spec private CommandSpec spec = CommandSpec.create();

        @Option(names = "--models", paramLabel = "DIR", description = "Folder of checkpoints.")
        private @Nullable Path models;

        Listing(Surroundings surroundings) {
            this.surroundings = surroundings;
        }

        @Override
        public Integer call() throws InvalidConfiguration {
            return list(surroundings, config, models, spec.commandLine().getOut());
        }
    }

    @Command(
            name = "make-tiny",
            description = {
                "Writes models of the published names and architecture with small random weights.",
                "For tests and demonstrations: they restore nothing, and replies name them tiny."
            },
            footer = {"", "Example:", "  heritage models make-tiny seedvr2_3b --into ckpts", ""})
    static final class MakeTiny implements Callable<Integer> {
        private static final long LARGEST_TINY = 64L << 20;

        @Mixin private final CommonOptions common = new CommonOptions();
        @Spec private CommandSpec spec = CommandSpec.create();

        @Parameters(
                arity = "1..*",
                paramLabel = "NAME",
                description = "seedvr2_3b, seedvr2_7b, seedvr2_7b_sharp.")
        private List<String> names = new ArrayList<>();

        @Option(
                names = "--into",
                required = true,
                paramLabel = "DIR",
                description = "Folder, made if need be. Real models in it are never replaced.")
        private Path folder = Path.of("");

        @Override
        public Integer call() throws CommandFailed {
            List<SeedVr2Variant> variants = names.stream().map(this::variant).toList();
            for (SeedVr2Variant variant : variants) {
                refuseIfReal(variant);
            }
            PrintWriter out = spec.commandLine().getOut();
            try {
                for (SeedVr2Variant variant : variants) {
                    SeedVr2Files files = SeedVr2Tiny.write(folder, variant);
                    out.println(files.dit());
                    out.println(files.vae());
                }
            } catch (UncheckedIOException e) {
                throw new CommandFailed(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
            }
            out.flush();
            return ExitCode.OK;
        }

        private SeedVr2Variant variant(String name) {
            return Arrays.stream(SeedVr2Variant.values())
                    .filter(variant -> variant.id().equals(name))
                    .findFirst()
                    .orElseThrow(() ->
                            new ParameterException(
                                    spec.commandLine(),
                                    "no tiny model '%s'; there are seedvr2_3b, seedvr2_7b, seedvr2_7b_sharp"
                                            .formatted(name)));
        }

        /** The VAE is shared: a tiny one beside real transformers would spoil them. */
        private void refuseIfReal(SeedVr2Variant variant) throws CommandFailed {
            List<String> own = new ArrayList<>(variant.files());
            own.addAll(SeedVr2Files.VAE_FILES);
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
