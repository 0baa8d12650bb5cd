package io.heritage.standalone.cli;

import io.heritage.schemas.NearestName;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ErrorReport;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.client.ServerRefused;
import io.heritage.standalone.client.ServerUnreachable;
import io.heritage.standalone.config.InvalidConfiguration;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns what a command throws into a clear line on stderr, or with {@code --json} an object on
 * stdout, and an exit code.
 */
final class Failures {
    private static final String JSON = "--json";

    private Failures() {}

    static int wrongUsage(ParameterException wrong, String[] arguments) {
        CommandLine line = wrong.getCommandLine();
        PrintWriter err = line.getErr();
        String help = "Try '" + line.getCommandSpec().qualifiedName() + " --help'.";
        var report = new ErrorReport(ExitCode.USAGE, String.valueOf(wrong.getMessage()), help);
        if (List.of(arguments).contains(JSON)) {
            print(report, line);
            return ExitCode.USAGE;
        }
        err.println("heritage: " + report.message());
        UnmatchedArgumentException.printSuggestions(wrong, err);
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            nearestOption(unmatched, line).ifPresent(err::println);
        }
        err.println(help);
        return ExitCode.USAGE;
    }

    private static void print(ErrorReport report, CommandLine line) {
        line.getOut().println(report.whole());
        line.getOut().flush();
    }

    /** Picocli suggests commands, but no options. */
    private static Optional<String> nearestOption(
            UnmatchedArgumentException unmatched, CommandLine line) {
        String typed = unmatched.getUnmatched().getFirst();
        return typed.startsWith("-")
                ? NearestName.of(typed, line.getCommandSpec().optionsMap().keySet())
                        .map(option -> "Did you mean: " + option + "?")
                : Optional.empty();
    }

    static int failed(Exception failure, CommandLine line, ParseResult parsed) {
        PrintWriter err = line.getErr();
        boolean verbose = given(parsed, "--verbose");
        ErrorReport report = report(failure, verbose);
        if (given(parsed, JSON)) {
            print(report, line);
        } else {
            err.println(report.text());
        }
        if (verbose) {
            failure.printStackTrace(err);
        }
        return report.exitCode();
    }

    private static ErrorReport report(Exception failure, boolean verbose) {
        return switch (failure) {
            case InvalidConfiguration bad ->
                    new ErrorReport(
                            ExitCode.BAD_CONFIGURATION,
                            "bad configuration\n" + bad.getMessage(),
                            "");
            case CommandFailed known -> ErrorReport.of(known);
            case ServerRefused refused -> ErrorReport.of(CommandFailed.of(refused));
            case ServerUnreachable unreachable -> ErrorReport.of(CommandFailed.of(unreachable));
            default ->
                    new ErrorReport(
                            ExitCode.ERROR,
                            "unexpected "
                                    + failure.getClass().getSimpleName()
                                    + ": "
                                    + failure.getMessage(),
                            verbose ? "" : "--verbose shows where");
        };
    }

    private static boolean given(ParseResult parsed, String option) {
        return (parsed.hasMatchedOption(option) && parsed.matchedOptionValue(option, false))
                || (parsed.hasSubcommand() && given(parsed.subcommand(), option));
    }
}
