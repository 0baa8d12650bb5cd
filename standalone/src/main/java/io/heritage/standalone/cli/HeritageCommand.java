package io.heritage.standalone.cli;

import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.ModelNames;
import io.heritage.standalone.cli.command.Terminal;
import io.heritage.standalone.cli.command.Version;
import io.heritage.standalone.cli.files.CompareCommand;
import io.heritage.standalone.cli.files.InterpolateCommand;
import io.heritage.standalone.cli.files.RestoreCommand;
import io.heritage.standalone.cli.install.DoctorCommand;
import io.heritage.standalone.cli.install.GoldenCommand;
import io.heritage.standalone.cli.install.GpuCommand;
import io.heritage.standalone.cli.install.ModelsCommand;
import io.heritage.standalone.cli.jobs.HealthCommand;
import io.heritage.standalone.cli.jobs.JobsCommand;
import io.heritage.standalone.cli.jobs.RunCommand;
import io.heritage.standalone.cli.jobs.WorkersCommand;
import io.heritage.standalone.cli.services.ConfigCommand;
import io.heritage.standalone.cli.services.GatewayCommand;
import io.heritage.standalone.cli.services.KeysCommand;
import io.heritage.standalone.cli.services.ProcessorCommand;
import io.heritage.standalone.cli.services.SinkCommand;
import io.heritage.standalone.cli.services.UpCommand;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the command line; does nothing by itself. */
@Command(
        name = "heritage",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Self-hosted, RunPod-compatible service for video work on GPUs.",
        subcommands = {
            UpCommand.class,
            InterpolateCommand.class,
            RestoreCommand.class,
            JobsCommand.class,
            RunCommand.class,
            WorkersCommand.class,
            HealthCommand.class,
            CompareCommand.class,
            ModelsCommand.class,
            GpuCommand.class,
            DoctorCommand.class,
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
            "  heritage restore old.jpg                     restores an image",
            "  heritage interpolate a.png b.png -o ab.mp4   frames between two images",
            "  heritage jobs list                           the jobs of a server",
            "  heritage help COMMAND                        more about one command",
            ""
        })
public final class HeritageCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Option(
            names = {"-v", "-V", "--version"},
            versionHelp = true,
            description = "Print version information and exit.")
    private boolean version;

    private final CommandContext context;

    HeritageCommand(CommandContext context) {
        this.context = context;
        this.spec = CommandSpec.create();
    }

    /**
     * @param environment of the process, for configuration and keys
     */
    public static CommandLine line(Terminal terminal, Map<String, String> environment) {
        var context = new CommandContext(terminal, Map.copyOf(environment));
        var line = new CommandLine(new HeritageCommand(context), new CommandFactory(context));
        for (CommandLine each : withSubcommands(line)) {
            each.getHelpSectionMap()
                    .put(UsageMessageSpec.SECTION_KEY_FOOTER, HeritageCommand::unwrappedFooter);
            UsageMessageSpec usage = each.getCommandSpec().usageMessage();
            usage.exitCodeListHeading("%nExit codes:%n").exitCodeList(ExitCode.list());
            usage.description(withModels(usage.description()));
        }
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Failures::wrongUsage)
                .setExecutionExceptionHandler(Failures::failed);
    }

    /** Examples are there to be copied: a line of them is never broken. */
    private static String unwrappedFooter(CommandLine.Help help) {
        return String.join("%n", help.commandSpec().usageMessage().footer()).formatted()
                + System.lineSeparator();
    }

    private static String[] withModels(String[] description) {
        return Arrays.stream(description)
                .flatMap(line ->
                        line.equals(ModelNames.TABLE) ? ModelNames.table() : Stream.of(line))
                .toArray(String[]::new);
    }

    private static java.util.List<CommandLine> withSubcommands(CommandLine line) {
        var all = new java.util.ArrayList<CommandLine>();
        all.add(line);
        line.getSubcommands().values().forEach(sub -> all.addAll(withSubcommands(sub)));
        return all;
    }

    CommandContext context() {
        return context;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command");
    }
}
