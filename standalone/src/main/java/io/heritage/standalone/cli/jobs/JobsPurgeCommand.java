package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.JobFilter;
import io.heritage.standalone.client.ListedJobs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Scanner;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "purge",
        description = {
            "Cancels all queued jobs of your key; running jobs continue. On a terminal it asks"
                    + " first; elsewhere it needs --yes."
        },
        footer = {
            "",
            "Examples:",
            "  heritage jobs purge",
            "  heritage jobs purge --endpoint restore --yes",
            ""
        })
final class JobsPurgeCommand extends ClientCommand {
    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    JobsPurgeCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(ServerJobs server) throws IOException, InterruptedException, CommandFailed {
        if (!yes && !context().canAsk()) {
            throw wrong(
                    "this cancels all queued jobs: add --yes, as there is no terminal to ask"
                            + " on");
        }
        if (!yes && !confirmed(server)) {
            note("nothing was cancelled");
            return ExitCode.OK;
        }
        ArrayNode results = JsonNodeFactory.instance.arrayNode();
        server.each(JobsPurgeCommand::purge).forEach(results::add);
        if (json()) {
            print(results);
        } else {
            results.forEach(each ->
                    out().printf(
                                    "%s: %d jobs cancelled%n",
                                    each.path("endpoint").asText(), each.path("removed").asLong()));
            out().flush();
        }
        return ExitCode.OK;
    }

    private static ObjectNode purge(EndpointClient endpoint)
            throws IOException, InterruptedException {
        return JsonNodeFactory.instance
                .objectNode()
                .put("endpoint", endpoint.url().endpoint())
                .put("removed", endpoint.purgeQueue().path("removed").asLong());
    }

    private boolean confirmed(ServerJobs server) throws IOException, InterruptedException {
        List<String> counts = server.each(JobsPurgeCommand::waiting);
        err().print("Cancel " + String.join(" and ", counts) + "? [y/N] ");
        err().flush();
        String answer = StandardInput.read(JobsPurgeCommand::line);
        return Set.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
    }

    private static String line(InputStream stdin) {
        var answers = new Scanner(stdin, StandardCharsets.UTF_8);
        return answers.hasNextLine() ? answers.nextLine() : "";
    }

    private static String waiting(EndpointClient endpoint)
            throws IOException, InterruptedException {
        var filter = new JobFilter(Set.of("IN_QUEUE"), "", JobFilter.LARGEST_PAGE);
        ListedJobs page = endpoint.jobs(filter, Optional.empty());
        return "%d%s queued jobs of %s"
                .formatted(
                        page.jobs().size(),
                        page.cursor().isPresent() ? " or more" : "",
                        endpoint.url().endpoint());
    }
}
