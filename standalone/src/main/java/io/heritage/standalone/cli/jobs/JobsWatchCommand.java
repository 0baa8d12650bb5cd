package io.heritage.standalone.cli.jobs;

import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.ProgressOption;
import io.heritage.standalone.progress.ProgressSubject;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "watch",
        description = {
            "Shows the progress of a job until it ends, and exits with a code that tells how it"
                    + " ended. Ctrl-C stops watching; the job continues."
        },
        footer = {
            "",
            "Examples:",
            "  heritage jobs watch JOB",
            "  heritage jobs watch JOB && heritage jobs download JOB",
            ""
        })
final class JobsWatchCommand extends ClientCommand {
    @Mixin private final ProgressOption progress = new ProgressOption();

    @Parameters(paramLabel = "JOB", description = "Its id.")
    private String id = "";

    JobsWatchCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(ServerJobs server) throws IOException, InterruptedException, CommandFailed {
        checkIds(List.of(id));
        ServerJobs.Found found = server.find(id);
        JobFacts job = JobFacts.of(found.details(), found.at());
        if (!json()) {
            note(job.console());
        }
        ServerJobs.Found ended;
        try (ProgressView view = progress.open(context(), new ProgressSubject("", "frames", id))) {
            ended = new JobWatch(found.at(), id, view).untilItEnds(found.details());
        }
        return conclude(ended);
    }

    private int conclude(ServerJobs.Found ended) {
        JobFacts job = JobFacts.of(ended.details(), ended.at());
        if (json()) {
            print(job.json());
        } else {
            String error = ended.details().path("error").asText("");
            out().println(id + " " + job.status() + (error.isEmpty() ? "" : ": " + error));
            out().flush();
        }
        return ExitCode.of(job.status(), ended.details().at("/output/error_code").asText(""));
    }
}
