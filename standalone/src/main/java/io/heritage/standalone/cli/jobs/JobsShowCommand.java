package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ExitCode;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Shows one job: state, place in the queue, attempts, stages and outputs.",
        footer = {
            "",
            "Examples:",
            "  heritage jobs show JOB",
            "  heritage jobs show JOB --json | jq .timeline",
            ""
        })
final class JobsShowCommand extends ClientCommand {
    private static final String ROW = "%-11s%s%n";

    @Parameters(paramLabel = "JOB", description = "Its id.")
    private String id = "";

    JobsShowCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(ServerJobs server) throws IOException, InterruptedException, CommandFailed {
        checkIds(List.of(id));
        ServerJobs.Found found = server.find(id);
        JobFacts job = JobFacts.of(found.details(), found.at());
        if (json()) {
            print(job.json());
        } else {
            print(job);
        }
        return ExitCode.OK;
    }

    private void print(JobFacts job) {
        JsonNode details = job.job();
        row("id", job.id());
        row("endpoint", job.endpoint());
        row("status", job.state());
        row("error", details.path("error").asText(""));
        row("created", job.time("createdAt"));
        row("started", job.time("startedAt"));
        row("completed", job.time("completedAt"));
        row("waited", job.duration("delayTime"));
        row("ran", job.duration("executionTime"));
        row("worker", details.path("workerId").asText(""));
        JsonNode outlook = details.path("outlook");
        if (outlook.has("ahead")) {
            row("queue", outlook.path("ahead").asLong() + " jobs ahead");
        }
        details.path("stages").forEach(stage -> row("stage", stage.toString()));
        details.path("attempts").forEach(attempt -> row("attempt", attempt.toString()));
        row("console", job.console());
        out().flush();
    }

    private void row(String name, String value) {
        if (!value.isEmpty() && !value.equals("-")) {
            out().printf(ROW, name, value);
        }
    }
}
