package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "retry",
        description = "Runs jobs that failed or timed out again, under their ids.",
        footer = {"", "Example:", "  heritage jobs retry JOB", ""})
final class JobsRetryCommand extends ClientCommand {
    private static final Set<String> BEGUN_AGAIN = Set.of("IN_QUEUE", "IN_PROGRESS", "COMPLETED");

    @Parameters(arity = "1..*", paramLabel = "JOB", description = "Their ids.")
    private List<String> ids = new ArrayList<>();

    JobsRetryCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(ServerJobs server) throws IOException, InterruptedException, CommandFailed {
        checkIds(ids);
        return new JobOperation("queued", this)
                .onEach(ids, id -> retried(server.find(id), id), BEGUN_AGAIN::contains);
    }

    private static JsonNode retried(ServerJobs.Found job, String id)
            throws IOException, InterruptedException {
        String status = job.at().retry(id).path("status").asText();
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("status", status)
                .put("endpoint", job.at().url().endpoint())
                .put("console", job.at().url().consoleLink(id));
    }
}
