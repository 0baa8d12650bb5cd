package io.heritage.standalone.cli.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** An error as printed: a line or two for people, an object for programs. */
public record ErrorReport(int exitCode, String message, String hint) {

    public static ErrorReport of(CommandFailed failure) {
        return new ErrorReport(
                failure.exitCode(), String.valueOf(failure.getMessage()), failure.hint());
    }

    /** {@code {"code": …, "message": …, "hint": …}}. */
    public ObjectNode json() {
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.put("code", ExitCode.word(exitCode)).put("message", message);
        return hint.isEmpty() ? error : error.put("hint", hint);
    }

    /** The only object on stdout. */
    public ObjectNode whole() {
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        whole.set("error", json());
        return whole;
    }

    public String text() {
        return "heritage: " + message + (hint.isEmpty() ? "" : "\n" + hint);
    }
}
