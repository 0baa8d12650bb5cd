package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.ExitCode;
import java.io.IOException;
import picocli.CommandLine.Command;

@Command(
        name = "health",
        description = {
            "Shows whether a server takes jobs, and counts jobs and workers. Exits with 5 if it"
                    + " does not answer or is not ready."
        },
        footer = {
            "",
            "Examples:",
            "  heritage health",
            "  heritage health --url http://gpu-1:8000 --json",
            ""
        })
public final class HealthCommand extends ClientCommand {
    private static final String ROW = "%-14s %8s %8s %10s %8s %8s %8s%n";

    HealthCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(ServerJobs server) throws IOException, InterruptedException {
        ArrayNode endpoints = JsonNodeFactory.instance.arrayNode();
        server.each(
                        endpoint -> {
                            ObjectNode health = endpoint.health().deepCopy();
                            return health.put("endpoint", endpoint.url().endpoint());
                        })
                .forEach(endpoints::add);
        if (json()) {
            print(JsonNodeFactory.instance.objectNode().set("endpoints", endpoints));
        } else {
            out().printf(
                            ROW,
                            "ENDPOINT",
                            "QUEUED",
                            "RUNNING",
                            "COMPLETED",
                            "FAILED",
                            "IDLE",
                            "BUSY");
            endpoints.forEach(this::row);
            out().flush();
        }
        return ExitCode.OK;
    }

    private void row(JsonNode health) {
        JsonNode jobs = health.path("jobs");
        JsonNode workers = health.path("workers");
        out().printf(
                        ROW,
                        health.path("endpoint").asText(),
                        jobs.path("inQueue").asText("-"),
                        jobs.path("inProgress").asText("-"),
                        jobs.path("completed").asText("-"),
                        jobs.path("failed").asText("-"),
                        workers.path("idle").asText("-"),
                        workers.path("running").asText("-"));
    }
}
