package io.heritage.standalone.cli;

import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.GlobalOptions;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
    /** By name, in the order of the help page. */
    static final Map<String, Class<?>> COMMANDS = commands();

    /** Commands that list all others. */
    private static final Set<String> NEED_ALL = Set.of("help", "completion");

    @Mixin private final GlobalOptions global;
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

    private HeritageCommand(GlobalOptions global) {
        this.global = global;
        this.spec = CommandSpec.create();
    }

    private static Map<String, Class<?>> commands() {
        var all = new LinkedHashMap<String, Class<?>>();
        all.put("up", UpCommand.class);
        all.put("interpolate", InterpolateCommand.class);
        all.put("restore", RestoreCommand.class);
        all.put("jobs", JobsCommand.class);
        all.put("run", RunCommand.class);
        all.put("workers", WorkersCommand.class);
        all.put("health", HealthCommand.class);
        all.put("compare", CompareCommand.class);
        all.put("models", ModelsCommand.class);
        all.put("gpu", GpuCommand.class);
        all.put("doctor", DoctorCommand.class);
        all.put("golden", GoldenCommand.class);
        all.put("gateway", GatewayCommand.class);
        all.put("processor", ProcessorCommand.class);
        all.put("sink", SinkCommand.class);
        all.put("keys", KeysCommand.class);
        all.put("config", ConfigCommand.class);
        all.put("completion", CompletionCommand.class);
        all.put("help-pages", HelpPagesCommand.class);
        all.put("train", WarmUpCommand.class);
        all.put("help", CommandLine.HelpCommand.class);
        return Collections.unmodifiableMap(all);
    }

    /**
     * @param environment of the process, for configuration and keys
     */
    public static CommandLine line(Terminal terminal, Map<String, String> environment) {
        return line(terminal, environment, COMMANDS.keySet());
    }

    /**
     * As above, with only the command that the arguments name, because building the model of a
     * command with its options takes time.
     */
    public static CommandLine lineFor(
            List<String> arguments, Terminal terminal, Map<String, String> environment) {
        String first = arguments.isEmpty() ? "" : arguments.getFirst();
        boolean one = COMMANDS.containsKey(first) && !NEED_ALL.contains(first);
        return line(terminal, environment, one ? Set.of(first) : COMMANDS.keySet());
    }

    private static CommandLine line(
            Terminal terminal, Map<String, String> environment, Collection<String> names) {
        var context = new CommandContext(terminal, Map.copyOf(environment), new GlobalOptions());
        var factory = new CommandFactory(context);
        var line = new CommandLine(new HeritageCommand(context.global()), factory);
        for (String name : names) {
            Class<?> type = Objects.requireNonNull(COMMANDS.get(name), name);
            line.addSubcommand(name, new CommandLine(type, factory));
        }
        for (CommandLine each : withSubcommands(line)) {
            each.getHelpSectionMap()
                    .put(UsageMessageSpec.SECTION_KEY_FOOTER, HeritageCommand::unwrappedFooter);
            UsageMessageSpec usage = each.getCommandSpec().usageMessage();
            usage.exitCodeListHeading("%nExit codes:%n").exitCodeList(ExitCode.list());
            usage.description(withModels(usage.description()));
        }
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false) // @FILE of run is a request, not arguments
                .setExecutionStrategy(context.global()::execute)
                .setParameterExceptionHandler(Failures::wrongUsage)
                .setExecutionExceptionHandler(Failures::failed);
    }

    /** Never wraps a line of the examples, so that it can be copied. */
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

    /** Commands of all levels. */
    static List<CommandLine> withSubcommands(CommandLine line) {
        var all = new ArrayList<CommandLine>();
        all.add(line);
        line.getSubcommands().values().forEach(sub -> all.addAll(withSubcommands(sub)));
        return all;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command");
    }
}
