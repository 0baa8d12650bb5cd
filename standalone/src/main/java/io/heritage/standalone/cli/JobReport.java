package io.heritage.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import picocli.CommandLine.Option;

/** What a job prints: progress and errors to stderr, results to stdout; for people or programs. */
final class JobReport {
    @Option(
            names = "--json",
            description = "Print progress, results and errors as JSON, one object a line.")
    private boolean json;

    boolean json() {
        return json;
    }

    Progress progress(Terminal terminal) {
        return Progress.on(System.err, terminal, json, InstantSource.system());
    }

    /**
     * Prints a result; the display of progress has ended before.
     *
     * @param metadata how it was made
     */
    void print(PrintWriter out, Path output, JsonNode metadata) {
        if (json) {
            ObjectNode line = JsonNodeFactory.instance.objectNode();
            line.put("output", output.toString()).set("metadata", metadata);
            out.println(line);
        } else {
            out.println(output);
        }
        out.flush();
    }

    /** A line of stderr for an error. */
    static String error(String message, boolean json) {
        return json
                ? JsonNodeFactory.instance.objectNode().put("error", message).toString()
                : "heritage: " + message;
    }
}
