package io.heritage.standalone.cli.services;

import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ConfigOptions;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.logging.LogFile;
import io.heritage.standalone.logging.LogFormat;
import io.heritage.standalone.logging.LogLevels;
import io.heritage.standalone.services.CannotStart;
import io.heritage.standalone.services.HostCheck;
import io.heritage.standalone.services.KeyReload;
import io.heritage.standalone.services.Standalone;
import java.io.PrintWriter;
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
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        description = {
            "Runs the whole service on this machine: broker, gateway, processor and sink in one"
                    + " process, in the foreground, until Ctrl-C or SIGTERM.",
            "",
            "Jobs and results are kept in the data folder and survive a restart. Without API keys it"
                    + " listens on loopback only and answers to loopback names only. Prints a line to"
                    + " stdout when it is ready; logs to DATA/logs/heritage.log."
        },
        footer = {
            "",
            "Examples:",
            "  heritage up",
            "  heritage up --port 9000 --data /srv/heritage --models /srv/ckpts",
            "  heritage keys new me > heritage.yaml",
            "  heritage up --host 0.0.0.0 --config heritage.yaml",
            ""
        })
public final class UpCommand implements Callable<Integer> {
    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ConfigOptions options = new ConfigOptions();
    @Spec private CommandSpec spec = CommandSpec.create();
    private final CommandContext context;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port to listen on (default: 8000); 0 takes a free one.")
    private @Nullable String port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "Address to listen on (default: 127.0.0.1); others need API keys.")
    private @Nullable String host;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of jobs, media, results and logs (default: data).")
    private @Nullable Path data;

    @Option(
            names = "--models",
            paramLabel = "DIR",
            description = "Model folder (default: ckpts); need not exist.")
    private @Nullable Path models;

    UpCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed {
        Optional<Path> file = options.file(context.environment());
        KeyReload.Loader loader =
                () -> HeritageConfig.loadForUp(file, context.environment(), flags());
        HeritageConfig config = loader.load();
        LogLevels.SERVICE_WITH_FILE.unlessVerbose(common.verbose(), context.environment()).apply();
        LogFormat.apply(config.log());
        HostCheck host = checkedHost(config.data());
        Path logs = config.data().toAbsolutePath().resolve("logs");
        try (var log = LogFile.open(logs.resolve("heritage.log"), config.log())) {
            return UntilStopped.run(
                    () -> Standalone.start(config),
                    running -> {
                        file.ifPresent(
                                path -> running.reloadKeys(path, loader, config.gateway().keys()));
                        announce(config, running, host);
                    });
        }
    }

    private HostCheck checkedHost(Path data) throws CommandFailed {
        try {
            HostCheck host = HostCheck.of(data);
            host.requireDisk(data);
            PrintWriter err = spec.commandLine().getErr();
            host.warnings().forEach(warning -> err.println("heritage: warning: " + warning));
            return host;
        } catch (CannotStart refused) {
            throw new CommandFailed(
                    ExitCode.UNAVAILABLE, String.valueOf(refused.getMessage()), refused);
        }
    }

    private void announce(HeritageConfig config, Standalone running, HostCheck host) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                new ReadyMessage(
                        config,
                        running.port(),
                        running.problem(),
                        host.missingForJobs(),
                        Path.of("").toAbsolutePath()));
        out.flush();
    }

    private List<HeritageConfig.Flag> flags() {
        List<HeritageConfig.Flag> flags = new ArrayList<>();
        add(flags, "--port", "gateway.port", port);
        add(flags, "--host", "gateway.host", host);
        add(flags, "--data", "data", data);
        add(flags, "--models", "processor.models", models);
        return flags;
    }

    private static void add(
            List<HeritageConfig.Flag> flags, String name, String key, @Nullable Object value) {
        if (value != null) {
            flags.add(new HeritageConfig.Flag(name, key, value.toString()));
        }
    }
}
