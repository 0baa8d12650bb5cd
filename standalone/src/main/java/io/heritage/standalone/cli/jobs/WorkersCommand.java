package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ExitCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;

@Command(
        name = "workers",
        description = "Lists the workers of a server: state, device, memory, models, job.",
        footer = {
            "",
            "Examples:",
            "  heritage workers",
            "  heritage workers --json | jq -r '.[].id'",
            ""
        })
public final class WorkersCommand extends ClientCommand {
    private static final String ROW = "%-20s %-10s %-8s %-16s %-40s %s%n";
    private static final double GIGABYTE = 1e9;

    WorkersCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(ServerJobs server) throws IOException, InterruptedException, CommandFailed {
        List<JsonNode> lists = server.each(endpoint -> endpoint.workers());
        if (lists.isEmpty()) {
            throw new CommandFailed(
                    ExitCode.ERROR,
                    "the server does not list its workers; it runs an older version");
        }
        Map<String, JsonNode> workers = new TreeMap<>();
        lists.forEach(list ->
                list.path("workers")
                        .forEach(worker ->
                                workers.merge(
                                        worker.path("id").asText(),
                                        worker,
                                        (one, other) -> one.has("job") ? one : other)));
        if (json()) {
            ArrayNode all = JsonNodeFactory.instance.arrayNode();
            workers.values().forEach(all::add);
            print(all);
            return ExitCode.OK;
        }
        if (workers.isEmpty()) {
            note("no worker; 'heritage processor' starts one");
            return ExitCode.OK;
        }
        out().printf(ROW, "ID", "STATE", "DEVICE", "MEMORY", "JOB", "MODELS");
        workers.values().forEach(this::row);
        out().flush();
        return ExitCode.OK;
    }

    private void row(JsonNode worker) {
        List<String> models = new ArrayList<>();
        worker.path("models").forEach(model -> models.add(model.asText()));
        out().printf(
                        ROW,
                        worker.path("id").asText(),
                        worker.path("state").asText("-"),
                        worker.path("device").asText("-"),
                        memory(worker.path("memory")),
                        worker.at("/job/id").asText("-"),
                        String.join(", ", models));
    }

    private static String memory(JsonNode memory) {
        return memory.has("total")
                ? "%.0f of %.0f GB"
                        .formatted(
                                memory.path("used").asLong() / GIGABYTE,
                                memory.path("total").asLong() / GIGABYTE)
                : "-";
    }
}
