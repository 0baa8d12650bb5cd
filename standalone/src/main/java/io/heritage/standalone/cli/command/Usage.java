package io.heritage.standalone.cli.command;

import java.util.Collection;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks the arguments; a failed check becomes one line and exit code 2. */
public record Usage(CommandSpec spec) {

    public void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    public ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    public void requireOneOf(String option, Collection<?> allowed, @Nullable Object found) {
        require(
                found == null || allowed.contains(found),
                "%s: expected one of %s, found %s".formatted(option, allowed, found));
    }

    public void requireIn(String option, double min, double max, @Nullable Number found) {
        require(
                found == null || (found.doubleValue() >= min && found.doubleValue() <= max),
                "%s: expected %s to %s, found %s".formatted(option, shown(min), shown(max), found));
    }

    private static String shown(double bound) {
        return Long.toString(Math.round(bound));
    }
}
