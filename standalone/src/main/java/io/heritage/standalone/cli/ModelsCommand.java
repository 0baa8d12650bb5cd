package io.heritage.standalone.cli;

import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.models.wan.WanFileNames;
import io.heritage.models.wan.WanFiles;
import io.heritage.models.wan.WanTiny;
import io.heritage.processor.config.ProcessorConfig;
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
            "  heritage models make-tiny seedvr2_3b wan22 --into ckpts",
            ""
        })
final class ModelsCommand implements Callable<Integer> {
    /** Wan2.2 I2V A14B and everything that belongs to it. */
    private static final String WAN = "wan22";

    private final CommandContext surroundings;
    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ConfigOptions config = new ConfigOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    ModelsCommand(CommandContext surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InvalidConfiguration {
        return list(surroundings, config, null, spec.commandLine().getOut());
    }

    /** A line a model: what it consists of here, or what it lacks. */
    private static int list(
            CommandContext surroundings,
            ConfigOptions config,
            @Nullable Path models,
            PrintWriter out)
            throws InvalidConfiguration {
        List<HeritageConfig.Flag> flags = new ArrayList<>();
        if (models != null) {
            flags.add(new HeritageConfig.Flag("--models", "processor.models", models.toString()));
        }
        ProcessorConfig processor =
                HeritageConfig.load(
                                config.file(surroundings.environment()),
                                surroundings.environment(),
                                flags)
                        .processor();
        Path folder = processor.models();
        out.println("In " + folder.toAbsolutePath().normalize() + ":");
        for (SeedVr2Variant variant : SeedVr2Variant.values()) {
            out.printf("%-18s%s%n", variant.id(), state(folder, variant));
        }
        out.printf("%-18s%s%n", WAN, state(folder, processor.wan().files()));
        out.println("Missing ones come by: heritage models pull NAME");
        out.flush();
        return ExitCode.OK;
    }

    private static String state(Path folder, SeedVr2Variant variant) {
        return SeedVr2Files.missing(folder, variant)
                .map(missing -> "missing: " + lacking(missing))
                .orElseGet(() -> "installed: " + names(SeedVr2Files.find(folder, variant)));
    }

    private static String state(Path folder, WanFileNames names) {
        List<String> missing = WanFiles.missing(folder, names);
        return missing.isEmpty()
                ? "installed: " + String.join(", ", names.all())
                : "missing: " + String.join(", and ", missing);
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
        private final CommandContext surroundings;
        @Mixin private final CommonOptions common = new CommonOptions();
        @Mixin private final ConfigOptions config = new ConfigOptions();
        @Spec private CommandSpec spec = CommandSpec.create();

        @Option(names = "--models", paramLabel = "DIR", description = "Folder of checkpoints.")
        private @Nullable Path models;

        Listing(CommandContext surroundings) {
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
                "For tests and demonstrations: they make noise, and replies name them tiny."
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
                description = "seedvr2_3b, seedvr2_7b, seedvr2_7b_sharp, wan22.")
        private List<String> names = new ArrayList<>();

        @Option(
                names = "--fp8",
                description = "Linear weights of wan22 have 8 bits, as the published ones.")
        private boolean fp8;

        @Option(
                names = "--into",
                required = true,
                paramLabel = "DIR",
                description = "Folder, made if need be. Real models in it are never replaced.")
        private Path folder = Path.of("");

        @Override
        public Integer call() throws CommandFailed {
            boolean wan = names.contains(WAN);
            List<SeedVr2Variant> variants =
                    names.stream().filter(name -> !name.equals(WAN)).map(this::variant).toList();
            if (fp8 && !wan) {
                throw new ParameterException(spec.commandLine(), "--fp8 is for wan22 only");
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
                                    "no tiny model '%s'; there are seedvr2_3b, seedvr2_7b, seedvr2_7b_sharp, wan22"
                                            .formatted(name)));
        }

        /** A tiny file beside real ones of the same model would spoil them. */
        private void refuseIfReal(List<SeedVr2Variant> variants, boolean wan) throws CommandFailed {
            List<String> own = new ArrayList<>();
            for (SeedVr2Variant variant : variants) {
                own.addAll(variant.files());
                own.addAll(SeedVr2Files.VAE_FILES);
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
