package io.heritage.standalone.cli.command;

import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/** Options that every command has, before its name or after. */
public final class GlobalOptions {
    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Print results and errors only.")
    private boolean quiet;

    @Option(
            names = "--no-color",
            scope = ScopeType.INHERIT,
            description = "No colors; the same as NO_COLOR=1.")
    private boolean noColor;

    @Option(
            names = "--no-input",
            scope = ScopeType.INHERIT,
            description = "Never ask a question: fail where one would be asked.")
    private boolean noInput;

    boolean quiet() {
        return quiet;
    }

    boolean noInput() {
        return noInput;
    }

    /** Runs the parsed command. */
    public int execute(ParseResult parsed) {
        if (noColor) {
            CommandLine root = parsed.commandSpec().root().commandLine();
            root.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
        }
        return new RunLast().execute(parsed);
    }
}
