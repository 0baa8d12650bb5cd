package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ErrorReport;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.FileWork;
import io.heritage.standalone.client.ServerRefused;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/** One operation on several jobs; a failure does not stop the rest. */
final class JobOperation {
    private final String done;
    private final ClientCommand command;

    /**
     * @param done state after the operation, for messages
     */
    JobOperation(String done, ClientCommand command) {
        this.done = done;
        this.command = command;
    }

    /** The operation. */
    interface Step {
        /**
         * @return the job: {@code id}, {@code status}, {@code console}
         */
        JsonNode run(String id) throws IOException, InterruptedException, CommandFailed;
    }

    /**
     * @param success states that count as success
     * @return the exit code, the worst of all
     */
    int onEach(List<String> ids, Step step, Predicate<String> success)
            throws IOException, InterruptedException, CommandFailed {
        ArrayNode results = JsonNodeFactory.instance.arrayNode();
        int worst = ExitCode.OK;
        for (String id : ids) {
            try {
                JsonNode job = step.run(id);
                results.add(job);
                String status = job.path("status").asText();
                if (!success.test(status)) {
                    worst = ExitCode.worst(worst, ExitCode.ERROR);
                    command.err().printf("heritage: job %s is %s, not %s%n", id, status, done);
                }
                if (!command.json()) {
                    command.out().println(id + " " + status + " " + job.path("console").asText());
                }
            } catch (CommandFailed | ServerRefused failure) {
                CommandFailed known = FileWork.failed(failure);
                if (ids.size() == 1) {
                    throw known;
                }
                worst = ExitCode.worst(worst, known.exitCode());
                results.addObject().put("id", id).set("error", ErrorReport.of(known).json());
                command.err().println("heritage: " + known.getMessage());
            }
        }
        if (command.json()) {
            command.print(ids.size() == 1 ? results.get(0) : results);
        }
        command.out().flush();
        return worst;
    }
}
