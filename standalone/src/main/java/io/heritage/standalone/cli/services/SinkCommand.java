package io.heritage.standalone.cli.services;

import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ConfigOptions;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.logging.LogFormat;
import io.heritage.standalone.logging.LogLevels;
import io.heritage.standalone.services.SinkService;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "sink",
        description = {
            "Runs a result sink: keeps job states and answers the gateways.",
            "Stops cleanly on SIGTERM. kafka.bootstrap-servers names the Kafka brokers."
        },
        footer = {
            "",
            "Examples:",
            "  heritage sink --config heritage.yaml",
            "  HERITAGE_KAFKA_BOOTSTRAP_SERVERS=kafka:9092 heritage sink",
            ""
        })
public final class SinkCommand implements Callable<Integer> {
    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ConfigOptions options = new ConfigOptions();
    private final CommandContext context;

    SinkCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed {
        LogLevels.SERVICE.unlessVerbose(common.verbose(), context.environment()).apply();
        HeritageConfig config =
                HeritageConfig.load(
                        options.file(context.environment()), context.environment(), List.of());
        LogFormat.apply(config.log());
        return UntilStopped.run(
                () -> SinkService.start(config, System.err::println),
                _ -> System.err.println("sink: started"));
    }
}
