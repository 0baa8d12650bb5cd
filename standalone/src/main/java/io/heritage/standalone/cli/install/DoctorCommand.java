package io.heritage.standalone.cli.install;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ConfigOptions;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.doctor.Checkup;
import io.heritage.standalone.logging.LogLevels;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        description = {
            "Checks whether Heritage can run here with this configuration: JDK, disk, memory,"
                    + " temporary files, ports, models, GPU, clock, and Kafka with its features,"
                    + " topics and permissions. Each line that is not OK says what to do.",
            "Exit code 0: nothing prevents a start. 1: fix each line marked FAIL first."
        },
        footer = {
            "",
            "Examples:",
            "  heritage doctor",
            "  heritage doctor --config heritage.yaml --json",
            "  heritage doctor --config heritage.yaml --setup",
            ""
        })
public final class DoctorCommand implements Callable<Integer> {
    private final CommandContext context;
    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ConfigOptions config = new ConfigOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "The same as one JSON object.")
    private boolean json;

    @Option(
            names = "--setup",
            description = {
                "Also creates the topics of kafka.bootstrap-servers that are missing and sets up the"
                        + " share groups, if nothing else about Kafka is marked FAIL. Every service"
                        + " does the same when it starts."
            })
    private boolean setUp;

    DoctorCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InvalidConfiguration {
        LogLevels.WARNINGS.unlessVerbose(common.verbose(), context.environment()).apply();
        Checkup checkup =
                Checkup.of(
                        HeritageConfig.load(
                                config.file(context.environment()),
                                context.environment(),
                                List.of()),
                        context.environment(),
                        setUp);
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? asJson(checkup) : checkup.text());
        out.flush();
        return checkup.healthy() ? ExitCode.OK : ExitCode.ERROR;
    }

    private static String asJson(Checkup checkup) {
        try {
            return new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(checkup.json());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
