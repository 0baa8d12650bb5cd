package io.heritage.standalone.cli;

import io.heritage.schemas.NearestName;
import io.heritage.standalone.config.InvalidConfiguration;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what a command throws into one clear line on stderr and an exit code. */
final class Failures {
    private static final String JSON = "--json";

    private Failures() {}

    static int wrongUsage(ParameterException wrong, String[] arguments) {
        CommandLine line = wrong.getCommandLine();
        PrintWriter err = line.getErr();
        if (List.of(arguments).contains(JSON)) {
            err.println(JobReport.error(String.valueOf(wrong.getMessage()), true));
            return ExitCode.USAGE;
        }
        err.println(JobReport.error(String.valueOf(wrong.getMessage()), false));
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
        boolean verbose = given(parsed, "--verbose");
        err.println(JobReport.error(message(failure, verbose), given(parsed, JSON)));
        if (verbose) {
            failure.printStackTrace(err);
        }
        return switch (failure) {
            case InvalidConfiguration _ -> ExitCode.BAD_CONFIGURATION;
            case CommandFailed known -> known.exitCode();
            default -> ExitCode.FAILED;
        };
    }

    private static String message(Exception failure, boolean verbose) {
        return switch (failure) {
            case InvalidConfiguration bad -> "bad configuration\n" + bad.getMessage();
            case CommandFailed known -> String.valueOf(known.getMessage());
            default ->
                    "unexpected "
                            + failure.getClass().getSimpleName()
                            + ": "
                            + failure.getMessage()
                            + (verbose ? "" : " (--verbose shows where)");
        };
    }

    private static boolean given(ParseResult parsed, String option) {
        return (parsed.hasMatchedOption(option) && parsed.matchedOptionValue(option, false))
                || (parsed.hasSubcommand() && given(parsed.subcommand(), option));
    }
}
