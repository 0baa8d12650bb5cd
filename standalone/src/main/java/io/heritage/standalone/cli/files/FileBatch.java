package io.heritage.standalone.cli.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.media.MediaRejected;
import io.heritage.processor.job.JobFailed;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ErrorReport;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.FileWork;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.output.OutputRefused;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

/**
 * Processes files one after the other; a failure does not stop the rest. Prints each result, and
 * for several files a table at the end, or with {@code --json} one array.
 */
final class FileBatch {
    private static final String OUTPUT = "output";
    private static final String ERROR = "error";

    /** Shown as the output if the result goes to stdout. */
    private static final String STDOUT = "-";

    private final CommandLine line;
    private final boolean json;
    private final boolean quiet;
    private final Optional<Path> report;
    private final List<Path> inputs;
    private final ArrayNode results = JsonNodeFactory.instance.arrayNode();
    private int worst = ExitCode.OK;
    private int failed;

    /**
     * @param quiet whether what went well needs no line in the table
     * @param report takes all results in the end
     * @param inputs as the user named them, which need not be those of the tasks
     */
    FileBatch(
            CommandLine line,
            boolean json,
            boolean quiet,
            Optional<Path> report,
            List<Path> inputs) {
        this.line = line;
        this.json = json;
        this.quiet = quiet;
        this.report = report;
        this.inputs = List.copyOf(inputs);
    }

    /** Works on one file. */
    interface Step {
        /**
         * @return the result; {@code output} is printed for people, or {@code job}
         */
        ObjectNode run(FileTask task)
                throws IOException, InterruptedException, CommandFailed, InvalidConfiguration;
    }

    /**
     * @return the exit code, the worst of all
     * @throws InterruptedException when the user stopped it; what was done is in the report
     */
    int run(List<FileTask> tasks, Step step)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        boolean single = tasks.size() == 1;
        refuseReportOverMedia(tasks);
        try {
            for (FileTask task : tasks) {
                try {
                    add(task, step.run(task));
                } catch (MediaRejected | JobFailed | CommandFailed | IOException failure) {
                    CommandFailed known = FileWork.failed(failure);
                    add(task, known);
                    if (single) {
                        throw known;
                    }
                }
            }
        } finally {
            writeReport();
        }
        conclude(single, tasks.size());
        return worst;
    }

    private void refuseReportOverMedia(List<FileTask> tasks) throws IOException {
        if (report.isEmpty()) {
            return;
        }
        List<Path> media = new ArrayList<>(inputs);
        for (FileTask task : tasks) {
            media.add(task.input());
            media.add(task.output());
        }
        for (Path each : media) {
            if (isSame(report.get(), each)) {
                throw OutputRefused.becauseOf(
                        report.get(), "it is an input or an output; name another report");
            }
        }
    }

    /** Works also if the file does not exist yet. */
    private static boolean isSame(Path one, Path other) throws IOException {
        return Files.exists(one) && Files.exists(other)
                ? Files.isSameFile(one, other)
                : one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }

    private void add(FileTask task, ObjectNode result) {
        ObjectNode entry =
                JsonNodeFactory.instance.objectNode().put("input", PipedFiles.shown(task.input()));
        entry.setAll(result);
        results.add(entry);
        String output = result.path(result.has(OUTPUT) ? OUTPUT : "job").asText();
        if (!json && !result.path("skipped").asBoolean() && !output.equals(STDOUT)) {
            line.getOut().println(output);
            line.getOut().flush();
        }
    }

    private void add(FileTask task, CommandFailed failure) {
        failed++;
        worst = ExitCode.worst(worst, failure.exitCode());
        results.addObject()
                .put("input", PipedFiles.shown(task.input()))
                .set(ERROR, ErrorReport.of(failure).json());
    }

    private void conclude(boolean single, int count) {
        PrintWriter err = line.getErr();
        if (json) {
            line.getOut().println(single ? results.get(0) : results);
            line.getOut().flush();
        } else if (!single) {
            results.forEach(result -> {
                if (!quiet || result.has(ERROR)) {
                    err.println(row(result));
                }
            });
            if (!quiet || failed > 0) {
                err.println(
                        failed == 0
                                ? "heritage: %d files done".formatted(count)
                                : "heritage: %d of %d files failed".formatted(failed, count));
            }
        }
    }

    private static String row(JsonNode result) {
        String state =
                result.has(ERROR)
                        ? "failed"
                        : result.path("skipped").asBoolean()
                                ? "skipped"
                                : result.has(OUTPUT) ? "done" : "queued";
        String more =
                result.has(ERROR)
                        ? ": " + result.at("/error/message").asText()
                        : result.has(OUTPUT) ? " -> " + result.path(OUTPUT).asText() : "";
        return "%-8s %s%s".formatted(state, result.path("input").asText(), more);
    }

    private void writeReport() throws IOException {
        if (report.isPresent()) {
            Files.writeString(report.get(), results.toPrettyString() + "\n");
        }
    }
}
