package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.JobFilter;
import io.heritage.standalone.client.ListedJobs;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = {
            "Lists the jobs of your key, newest first, with the console's page of each. Jobs are"
                    + " listed as long as the server keeps their results."
        },
        footer = {
            "",
            "Examples:",
            "  heritage jobs list",
            "  heritage jobs list --status failed,timed_out --since 2h",
            "  heritage jobs list --all --json | jq -r '.[].id'",
            ""
        })
final class JobsListCommand extends ClientCommand {
    private static final String ROW = "%-40s %-12s %-24s %-20s %-9s %s%n";

    @Option(
            names = "--status",
            split = ",",
            paramLabel = "STATE",
            description = {
                "Only jobs in these states, separated by commas: queued, running, completed,"
                        + " failed, cancelled, timed_out."
            })
    private Set<String> states = new TreeSet<>();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "Only jobs that are newer: 90s, 30m, 2h, 3d, a date, or a time with zone.")
    private @Nullable String since;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Maximum number of jobs (default:" + " 20).")
    private int limit = 20;

    @Option(names = "--all", description = "All jobs that the server keeps.")
    private boolean all;

    @Option(
            names = "--q",
            paramLabel = "TEXT",
            description = "Only jobs with this text in id, worker or error.")
    private String text = "";

    JobsListCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(ServerJobs server) throws IOException, InterruptedException, CommandFailed {
        if (limit < 1) {
            throw wrong("--limit: expected 1 or more, found " + limit);
        }
        Instant oldest =
                since == null ? Instant.MIN : PastTime.of(since, Instant.now(), this::wrong);
        Set<String> wanted = JobStates.of(states, this::wrong);
        int most = all ? Integer.MAX_VALUE : limit;
        var filter = new JobFilter(wanted, text, Math.min(most, JobFilter.LARGEST_PAGE));
        List<JobFacts> jobs =
                server.each(endpoint -> of(endpoint, filter, oldest, most)).stream()
                        .flatMap(List::stream)
                        .sorted(Comparator.comparing(JobFacts::created).reversed())
                        .limit(most)
                        .toList();
        if (json()) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            jobs.forEach(job -> list.add(job.json()));
            print(list);
        } else {
            print(jobs);
        }
        return ExitCode.OK;
    }

    private static List<JobFacts> of(
            EndpointClient endpoint, JobFilter filter, Instant oldest, int most)
            throws IOException, InterruptedException {
        List<JobFacts> jobs = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            ListedJobs page = endpoint.jobs(filter, cursor);
            for (JsonNode each : page.jobs()) {
                JobFacts job = JobFacts.of(each, endpoint);
                if (job.created().isBefore(oldest)) {
                    return jobs;
                }
                jobs.add(job);
            }
            cursor = page.cursor();
        } while (cursor.isPresent() && jobs.size() < most);
        return jobs;
    }

    private void print(List<JobFacts> jobs) {
        if (jobs.isEmpty()) {
            note("no such jobs");
            return;
        }
        out().printf(ROW, "ID", "ENDPOINT", "STATUS", "CREATED", "TOOK", "CONSOLE");
        for (JobFacts job : jobs) {
            out().printf(
                            ROW,
                            job.id(),
                            job.endpoint(),
                            job.state(),
                            job.time("createdAt"),
                            job.duration("executionTime"),
                            job.console());
        }
        out().flush();
    }
}
