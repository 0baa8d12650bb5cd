package io.heritage.standalone.cli;

import io.heritage.standalone.config.EffectiveConfig;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "config",
        description = {
            "Checks the configuration and prints what is in effect, without secrets.",
            "Every key with its meaning: docs/configuration.md."
        },
        footer = {"", "Example:", "  heritage config --config heritage.yaml", ""})
final class ConfigCommand implements Callable<Integer> {
    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ConfigOptions config = new ConfigOptions();
    @Spec private CommandSpec spec = CommandSpec.create();
    private final CommandContext surroundings;

    ConfigCommand(CommandContext surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InvalidConfiguration {
        HeritageConfig effective =
                HeritageConfig.load(
                        config.file(surroundings.environment()),
                        surroundings.environment(),
                        List.of());
        spec.commandLine().getOut().print(EffectiveConfig.yaml(effective));
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
