package io.heritage.standalone.cli.command;

import io.heritage.standalone.client.ServerRefused;
import io.heritage.standalone.client.ServerUnreachable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Ends a command with an exit code and a message for the user. */
public final class CommandFailed extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String hint;

    public CommandFailed(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
        this.hint = "";
    }

    public CommandFailed(int exitCode, String message, Throwable cause) {
        this(exitCode, message, "", cause);
    }

    public CommandFailed(int exitCode, String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
        this.hint = hint;
    }

    /** The failure of a call to a server. */
    public static CommandFailed of(IOException failure) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return switch (failure) {
            case ServerRefused refused ->
                    new CommandFailed(
                            ExitCode.of(refused), message, hint(ExitCode.of(refused)), refused);
            case ServerUnreachable unreachable ->
                    new CommandFailed(
                            ExitCode.UNREACHABLE, message, hint(ExitCode.UNREACHABLE), unreachable);
            default -> new CommandFailed(ExitCode.ERROR, message, failure);
        };
    }

    private static String hint(int code) {
        return switch (code) {
            case ExitCode.UNAUTHORIZED ->
                    "set HERITAGE_API_KEY, or name a file that holds the key: --key-file FILE";
            case ExitCode.UNREACHABLE ->
                    "start one with 'heritage up', or name one with --url or HERITAGE_URL";
            default -> "";
        };
    }

    public int exitCode() {
        return exitCode;
    }

    /** Advice; may be empty. */
    String hint() {
        return hint;
    }
}
