package io.heritage.standalone.cli.jobs;

import io.heritage.standalone.cli.command.CommonOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "jobs",
        description = "Lists the jobs of a server, watches, cancels, retries and downloads them.",
        subcommands = {
            JobsListCommand.class,
            JobsShowCommand.class,
            JobsWatchCommand.class,
            JobsCancelCommand.class,
            JobsRetryCommand.class,
            JobsDownloadCommand.class,
            JobsPurgeCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  heritage jobs list --status failed --since 1d",
            "  heritage jobs watch JOB",
            "  heritage jobs download JOB -o results/",
            ""
        })
public final class JobsCommand implements Runnable {
    @Mixin private final CommonOptions common = new CommonOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "expected one of " + String.join(", ", spec.subcommands().keySet()));
    }
}
