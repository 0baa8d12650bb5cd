package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "cancel",
        description = {
            "Cancels jobs, queued or running. A job that had ended keeps its state, and the command"
                    + " exits with 1."
        },
        footer = {"", "Example:", "  heritage jobs cancel JOB", ""})
final class JobsCancelCommand extends ClientCommand {
    @Parameters(arity = "1..*", paramLabel = "JOB", description = "Their ids.")
    private List<String> ids = new ArrayList<>();

    JobsCancelCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(ServerJobs server) throws IOException, InterruptedException, CommandFailed {
        checkIds(ids);
        return new JobOperation("cancelled", this)
                .onEach(
                        ids,
                        id -> {
                            ServerJobs.Found job = server.find(id);
                            String status = job.at().cancel(id).status();
                            return answer(id, status, job);
                        },
                        "CANCELLED"::equals);
    }

    private static JsonNode answer(String id, String status, ServerJobs.Found job) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("status", status)
                .put("endpoint", job.at().url().endpoint())
                .put("console", job.at().url().consoleLink(id));
    }
}
