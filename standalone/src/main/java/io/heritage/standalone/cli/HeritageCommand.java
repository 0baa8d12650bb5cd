package io.heritage.standalone.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the command line; does nothing by itself. */
@Command(
        name = "heritage",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Self-hosted, RunPod-compatible service for video work on GPUs.",
        subcommands = {
            UpCommand.class,
            InterpolateCommand.class,
            RestoreCommand.class,
            ModelsCommand.class,
            GpuCommand.class,
            GoldenCommand.class,
            GatewayCommand.class,
            ProcessorCommand.class,
            SinkCommand.class,
            KeysCommand.class,
            ConfigCommand.class,
            CompletionCommand.class,
            WarmUpCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  heritage up                                  the whole service on this machine",
            "  heritage interpolate a.png b.png -o ab.mp4   frames between two pictures",
            "  heritage restore a.mp4 -o b.mp4 --model seedvr2_3b",
            "  heritage help COMMAND                        more about one command",
            ""
        })
public final class HeritageCommand implements Runnable {
    @Spec private CommandSpec spec;

    private final CommandContext surroundings;

    HeritageCommand(CommandContext surroundings) {
        this.surroundings = surroundings;
        this.spec = CommandSpec.create();
    }

    /**
     * @param environment of the process, for configuration and keys
     */
    public static CommandLine line(Terminal terminal, Map<String, String> environment) {
        var surroundings = new CommandContext(terminal, Map.copyOf(environment));
        var line =
                new CommandLine(
                        new HeritageCommand(surroundings), new CommandFactory(surroundings));
        for (CommandLine each : withSubcommands(line)) {
            each.getCommandSpec()
                    .usageMessage()
                    .exitCodeListHeading("%nExit codes:%n")
                    .exitCodeList(ExitCode.list());
        }
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Failures::wrongUsage)
                .setExecutionExceptionHandler(Failures::failed);
    }

    private static java.util.List<CommandLine> withSubcommands(CommandLine line) {
        var all = new java.util.ArrayList<CommandLine>();
        all.add(line);
        line.getSubcommands().values().forEach(sub -> all.addAll(withSubcommands(sub)));
        return all;
    }

    CommandContext surroundings() {
        return surroundings;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command");
    }
}
