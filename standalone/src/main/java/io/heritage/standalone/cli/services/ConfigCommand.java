package io.heritage.standalone.cli.services;

import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ConfigOptions;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.config.EffectiveConfig;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "config",
        description = {
            "Checks the configuration and prints the values in effect, without secrets: those of"
                    + " heritage up, or of separate services if kafka.bootstrap-servers is set."
        },
        footer = {"", "Example:", "  heritage config --config heritage.yaml", ""})
public final class ConfigCommand implements Callable<Integer> {
    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ConfigOptions config = new ConfigOptions();
    @Spec private CommandSpec spec = CommandSpec.create();
    private final CommandContext context;

    ConfigCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InvalidConfiguration {
        PrintWriter out = spec.commandLine().getOut();
        Optional<Path> file = config.file(context.environment());
        HeritageConfig separate = HeritageConfig.load(file, context.environment(), List.of());
        if (separate.kafka().bootstrapServers().isBlank()) {
            out.println("# As heritage up uses it, with its own Kafka.");
            out.print(
                    EffectiveConfig.yaml(
                            HeritageConfig.loadForUp(file, context.environment(), List.of())));
        } else {
            out.println("# As gateway, processor and sink use it with an existing Kafka.");
            out.print(EffectiveConfig.yaml(separate));
        }
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
