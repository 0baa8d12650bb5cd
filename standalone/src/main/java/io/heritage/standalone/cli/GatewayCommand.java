package io.heritage.standalone.cli;

import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.logging.LogLevels;
import io.heritage.standalone.services.GatewayService;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "gateway",
        description = {
            "Runs a gateway: HTTP in, jobs to an existing Kafka.",
            "Stops cleanly on SIGTERM. kafka.bootstrap-servers says where Kafka is."
        },
        footer = {
            "",
            "Examples:",
            "  heritage gateway --config heritage.yaml",
            "  HERITAGE_KAFKA_BOOTSTRAP_SERVERS=kafka:9092 heritage gateway",
            ""
        })
final class GatewayCommand implements Callable<Integer> {
    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ConfigOptions options = new ConfigOptions();
    private final CommandContext surroundings;

    GatewayCommand(CommandContext surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed {
        LogLevels.SERVICE.unlessVerbose(common.verbose(), surroundings.environment()).apply();
        HeritageConfig config =
                HeritageConfig.load(
                        options.file(surroundings.environment()),
                        surroundings.environment(),
                        List.of());
        return UntilStopped.run(
                () -> GatewayService.start(config), part -> System.err.println("gateway: started"));
    }
}
