package io.heritage.standalone.cli;

import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ExitCode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description =
                "Prints the completion script of a shell. No command runs when Tab is pressed.",
        footer = {
            "",
            "Examples:",
            "  source <(./heritage completion bash)",
            "  source <(./heritage completion zsh)",
            "  ./heritage completion fish | source",
            ""
        })
final class CompletionCommand implements Callable<Integer> {
    private static final String NAME = "heritage";

    /** Supported shells; the script of bash also works in zsh. */
    enum Shell {
        BASH,
        ZSH,
        FISH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Mixin private final CommonOptions common = new CommonOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "0..1",
            paramLabel = "SHELL",
            description = "${COMPLETION-CANDIDATES} (default: bash).")
    private Shell shell = Shell.BASH;

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        String script =
                switch (shell) {
                    case BASH, ZSH -> AutoComplete.bash(NAME, root);
                    case FISH -> new FishCompletion(NAME, root).script();
                };
        spec.commandLine().getOut().println(script);
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }
}
