package io.heritage.standalone.cli.command;

import io.heritage.processor.config.ProcessorConfig;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for computing on this machine: configuration and models. */
public final class ProcessorOptions {
    @Mixin private final ConfigOptions config = new ConfigOptions();

    @Option(
            names = "--models",
            paramLabel = "DIR",
            description = "Model folder (default: processor.models, ckpts).")
    private @Nullable Path models;

    public ProcessorConfig read(Map<String, String> environment) throws InvalidConfiguration {
        List<HeritageConfig.Flag> flags =
                models == null
                        ? List.of()
                        : List.of(
                                new HeritageConfig.Flag(
                                        "--models", "processor.models", models.toString()));
        return HeritageConfig.load(config.file(environment), environment, flags).processor();
    }
}
