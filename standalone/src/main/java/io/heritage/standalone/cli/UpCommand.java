package io.heritage.standalone.cli;

import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.logging.LogFile;
import io.heritage.standalone.logging.LogLevels;
import io.heritage.standalone.services.Standalone;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
            "Jobs and results are kept in the data folder and are there again after a restart.",
            "Without keys it listens on loopback only and is called by loopback names only.",
            "Prints one line to stdout when jobs are taken; logs to DATA/logs/heritage.log."
        },
        footer = {
            "",
            "Examples:",
            "  heritage up",
            "  heritage up --port 9000 --data /srv/heritage --models /srv/ckpts",
            "  heritage keys new me            (then put its lines into heritage.yaml)",
            "  heritage up --host 0.0.0.0 --config heritage.yaml",
            ""
        })
final class UpCommand implements Callable<Integer> {
    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ConfigOptions options = new ConfigOptions();
    @Spec private CommandSpec spec = CommandSpec.create();
    private final CommandContext surroundings;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "To listen on (default: 8000); 0 takes a free one.")
    private @Nullable String port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "To listen on (default: 127.0.0.1); others need gateway.keys.")
    private @Nullable String host;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Jobs, media, results and logs (default: ./data).")
    private @Nullable Path data;

    @Option(
            names = "--models",
            paramLabel = "DIR",
            description = "Folder of published checkpoints (default: ./ckpts); need not exist.")
    private @Nullable Path models;

    UpCommand(CommandContext surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed {
        HeritageConfig config =
                HeritageConfig.loadForUp(
                        options.file(surroundings.environment()),
                        surroundings.environment(),
                        flags());
        LogLevels.SERVICE_WITH_FILE
                .unlessVerbose(common.verbose(), surroundings.environment())
                .apply();
        try (var log = LogFile.open(folder(config.data()).resolve("logs", "heritage.log"))) {
            return UntilStopped.run(
                    () -> Standalone.start(config), running -> announce(config, running));
        }
    }

    private static Path folder(Path data) throws CommandFailed {
        try {
            return Files.createDirectories(data.toAbsolutePath());
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitCode.UNAVAILABLE,
                    "the data folder %s cannot be made or written: %s".formatted(data, e),
                    e);
        }
    }

    private void announce(HeritageConfig config, Standalone running) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(new ReadyMessage(config, running.port(), Path.of("").toAbsolutePath()));
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
