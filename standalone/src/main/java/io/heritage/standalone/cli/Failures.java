package io.heritage.standalone.cli;

import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.config.NearestName;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what a command throws into one clear line on stderr and an exit code. */
final class Failures {
    private Failures() {}

    static int wrongUsage(ParameterException wrong, String[] arguments) {
        CommandLine line = wrong.getCommandLine();
        PrintWriter err = line.getErr();
        err.println("heritage: " + wrong.getMessage());
        UnmatchedArgumentException.printSuggestions(wrong, err);
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            nearestOption(unmatched, line).ifPresent(err::println);
        }
        err.println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
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
        switch (failure) {
            case InvalidConfiguration bad ->
                    err.println("heritage: bad configuration\n" + bad.getMessage());
            case CommandFailed known -> err.println("heritage: " + known.getMessage());
            default ->
                    err.println(
                            "heritage: unexpected "
                                    + failure.getClass().getSimpleName()
                                    + ": "
                                    + failure.getMessage()
                                    + (verbose(parsed) ? "" : " (--verbose shows where)"));
        }
        if (verbose(parsed)) {
            failure.printStackTrace(err);
        }
        return switch (failure) {
            case InvalidConfiguration _ -> ExitCode.BAD_CONFIGURATION;
            case CommandFailed known -> known.exitCode();
            default -> ExitCode.FAILED;
        };
    }

    private static boolean verbose(ParseResult parsed) {
        return (parsed.hasMatchedOption("--verbose")
                        && parsed.matchedOptionValue("--verbose", false))
                || (parsed.hasSubcommand() && verbose(parsed.subcommand()));
    }
}
