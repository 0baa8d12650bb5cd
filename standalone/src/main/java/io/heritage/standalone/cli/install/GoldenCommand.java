package io.heritage.standalone.cli.install;

import io.heritage.golden.GoldenRunner;
import io.heritage.golden.GoldenTotals;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.logging.LogLevels;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "golden",
        description = {
            "Compares the networks with reference tensors. Prints a line for each case (PASS, FAIL or"
                    + " SKIP, the output with the largest error, the tolerance), then the totals."
        },
        footer = {"", "Example:", "  heritage golden golden/wan22 models/rife47", ""})
public final class GoldenCommand implements Callable<Integer> {
    @Mixin private final CommonOptions common = new CommonOptions();
    @Spec private CommandSpec spec = CommandSpec.create();
    private final CommandContext context;

    @Parameters(
            arity = "1..*",
            paramLabel = "DIR",
            description = "Folders of NAME.json and NAME.safetensors, or single JSON files.")
    private List<Path> folders = new ArrayList<>();

    GoldenCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws CommandFailed {
        LogLevels.WARNINGS.unlessVerbose(common.verbose(), context.environment()).apply();
        for (Path folder : folders) {
            if (!Files.exists(folder)) {
                throw new CommandFailed(ExitCode.USAGE, "there is no " + folder);
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        GoldenTotals totals = run(out);
        out.println(totals);
        out.flush();
        return totals.allPassed() ? ExitCode.OK : ExitCode.ERROR;
    }

    private GoldenTotals run(PrintWriter out) {
        int threads = Runtime.getRuntime().availableProcessors();
        try (TorchRuntime runtime = TorchRuntime.start(TorchOptions.cpu(threads))) {
            return GoldenRunner.ofAllNetworks(runtime)
                    .with(PictureGoldens.cases())
                    .run(
                            folders,
                            result -> {
                                out.println(result);
                                out.flush();
                            });
        }
    }
}
