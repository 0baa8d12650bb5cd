package io.heritage.standalone.cli.services;

import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ConfigOptions;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.logging.LogFormat;
import io.heritage.standalone.logging.LogLevels;
import io.heritage.standalone.services.GatewayService;
import io.heritage.standalone.services.KeyReload;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "gateway",
        description = {
            "Runs a gateway: takes HTTP requests and queues jobs in an existing Kafka.",
            "Stops cleanly on SIGTERM. kafka.bootstrap-servers names the Kafka brokers."
        },
        footer = {
            "",
            "Examples:",
            "  heritage gateway --config heritage.yaml",
            "  HERITAGE_KAFKA_BOOTSTRAP_SERVERS=kafka:9092 heritage gateway",
            ""
        })
public final class GatewayCommand implements Callable<Integer> {
    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ConfigOptions options = new ConfigOptions();
    private final CommandContext context;

    GatewayCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed {
        LogLevels.SERVICE.unlessVerbose(common.verbose(), context.environment()).apply();
        Optional<Path> file = options.file(context.environment());
        KeyReload.Loader loader = () -> HeritageConfig.load(file, context.environment(), List.of());
        HeritageConfig config = loader.load();
        LogFormat.apply(config.log());
        return UntilStopped.run(
                () -> GatewayService.start(config, System.err::println),
                gateway -> {
                    file.ifPresent(
                            path -> gateway.reloadKeys(path, loader, config.gateway().keys()));
                    System.err.println("gateway: started");
                });
    }
}
