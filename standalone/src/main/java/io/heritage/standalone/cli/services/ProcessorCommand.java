package io.heritage.standalone.cli.services;

import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ConfigOptions;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.logging.LogFormat;
import io.heritage.standalone.logging.LogLevels;
import io.heritage.standalone.services.ProcessorService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "processor",
        description = {
            "Runs a processor: takes jobs from an existing Kafka, one at a time.",
            "Stops cleanly on SIGTERM. kafka.bootstrap-servers names the Kafka brokers."
        },
        footer = {
            "",
            "Examples:",
            "  heritage processor --config heritage.yaml",
            "  HERITAGE_KAFKA_BOOTSTRAP_SERVERS=kafka:9092 heritage processor",
            ""
        })
public final class ProcessorCommand implements Callable<Integer> {
    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ConfigOptions options = new ConfigOptions();
    private final CommandContext context;

    @Option(
            names = "--exit-when-idle",
            paramLabel = "SECONDS",
            description =
                    "Exit with code 0 after this many seconds without a job, for schedulers that"
                            + " start workers on demand (default: never).")
    private long idleSeconds;

    ProcessorCommand(CommandContext context) {
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
                () -> ProcessorService.start(config, System.err::println),
                _ -> System.err.println("processor: started"),
                this::untilIdle);
    }

    private void untilIdle(ProcessorService running) throws InterruptedException {
        if (idleSeconds <= 0) {
            new CountDownLatch(1).await();
        }
        running.awaitIdle(Duration.ofSeconds(idleSeconds));
        System.err.println("processor: idle for %d s, exiting".formatted(idleSeconds));
    }
}
