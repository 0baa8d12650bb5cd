package io.heritage.standalone.cli.install;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ConfigOptions;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.gpu.GpuReport;
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
        name = "gpu",
        description = {
            "Says whether jobs will run on a GPU: driver, devices, memory, libraries, and what to do"
                    + " if something is missing.",
            "Exit code 0: jobs run on a GPU. 1: they run on the CPU, or cannot run at all."
        },
        subcommands = GpuInstallCommand.class,
        footer = {
            "",
            "Examples:",
            "  heritage gpu",
            "  heritage gpu --json",
            "  heritage gpu install",
            ""
        })
public final class GpuCommand implements Callable<Integer> {
    private final CommandContext context;
    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ConfigOptions config = new ConfigOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "The same as one JSON object.")
    private boolean json;

    GpuCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InvalidConfiguration {
        LogLevels.WARNINGS.unlessVerbose(common.verbose(), context.environment()).apply();
        String device =
                HeritageConfig.load(
                                config.file(context.environment()),
                                context.environment(),
                                List.of())
                        .processor()
                        .device();
        GpuReport report = GpuReport.ofMachine(device, context.environment());
        return say(report, json, spec.commandLine().getOut());
    }

    /** Prints it, and answers the exit code. */
    static int say(GpuReport report, boolean json, PrintWriter out) {
        out.println(json ? asJson(report) : report.text());
        out.flush();
        return report.onGpu() ? ExitCode.OK : ExitCode.ERROR;
    }

    private static String asJson(GpuReport report) {
        try {
            return new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(report.json());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
