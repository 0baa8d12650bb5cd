package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.ProgressOption;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.StoredOutput;
import io.heritage.standalone.output.OutputRefused;
import io.heritage.standalone.output.PartialFile;
import io.heritage.standalone.progress.ProgressSubject;
import io.heritage.standalone.progress.ProgressView;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "download",
        description = {
            "Downloads the results of a completed job, or of all jobs of a batch that completed,"
                    + " as files. A file gets its name only after its size and SHA-256 match what"
                    + " the server says. Names of a batch's files begin with the position of the"
                    + " job."
        },
        footer = {
            "",
            "Examples:",
            "  heritage jobs download JOB",
            "  heritage jobs download JOB -o restored.mp4",
            "  heritage jobs download JOB -o results/ --overwrite",
            ""
        })
final class JobsDownloadCommand extends ClientCommand {
    @Mixin private final ProgressOption progress = new ProgressOption();

    @Parameters(paramLabel = "JOB", description = "Its id.")
    private String id = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            description = {
                "An existing folder, or a file if the job has one output (default: this folder,"
                        + " under the names of the server)."
            })
    private @Nullable Path into;

    @Option(names = "--overwrite", description = "Replace files that exist.")
    private boolean overwrite;

    JobsDownloadCommand(CommandContext context) {
        super(context);
    }

    /**
     * An output and its target.
     *
     * @param job that has it
     */
    private record Target(String job, StoredOutput output, Path file) {}

    /**
     * An output of a job.
     *
     * @param place of the job in its batch, before the name; empty if it is in none
     */
    private record Source(String job, String place, StoredOutput output) {}

    @Override
    int run(ServerJobs server) throws IOException, InterruptedException, CommandFailed {
        checkIds(List.of(id));
        ServerJobs.Found job = server.find(id);
        requireCompleted(job);
        Jobs jobs = jobs(job);
        List<Target> targets = targets(sources(job, jobs));
        ArrayNode done = JsonNodeFactory.instance.arrayNode();
        try (ProgressView view = progress.open(context(), new ProgressSubject("", "files", id))) {
            for (Target target : targets) {
                view.report("download", done.size(), targets.size());
                download(job.at(), target);
                done.addObject()
                        .put("output", target.file().toString())
                        .put("size", target.output().size())
                        .put("sha256", target.output().sha256());
                if (!json()) {
                    out().println(target.file());
                    out().flush();
                }
            }
            view.end("COMPLETED");
        }
        if (json()) {
            print(done);
        }
        return jobs.worst();
    }

    /**
     * The completed jobs of a batch by their place in it, or the job itself.
     *
     * @param worst exit code of those that have not completed
     */
    private record Jobs(Map<String, String> byPlace, int worst) {}

    private Jobs jobs(ServerJobs.Found job) throws IOException, InterruptedException {
        int size = RemoteBatch.size(job.details().path("output"));
        if (size == 0) {
            return new Jobs(Map.of("", id), ExitCode.OK);
        }
        Map<String, String> completed = new LinkedHashMap<>();
        int worst = ExitCode.OK;
        for (int i = 0; i < size; i++) {
            String member = RemoteBatch.member(id, i);
            JsonNode details = job.at().job(member);
            String status = details.path("status").asText();
            if (status.equals("COMPLETED")) {
                completed.put(place(i, size), member);
            } else {
                String error = details.path("error").asText("");
                err().println("heritage: job %s: %s %s".formatted(member, status, error).strip());
                String code = details.at("/output/error_code").asText("");
                worst = ExitCode.worst(worst, ExitCode.of(status, code));
            }
        }
        return new Jobs(completed, worst);
    }

    /** Padded to the width of the last number, so that names sort in order. */
    private static String place(int index, int size) {
        int digits = String.valueOf(size - 1).length();
        String number = String.valueOf(index);
        return "0".repeat(digits - number.length()) + number + "-";
    }

    private static List<Source> sources(ServerJobs.Found job, Jobs jobs)
            throws IOException, InterruptedException {
        List<Source> sources = new ArrayList<>();
        for (Map.Entry<String, String> each : jobs.byPlace().entrySet()) {
            for (StoredOutput output : job.at().outputs(each.getValue())) {
                sources.add(new Source(each.getValue(), each.getKey(), output));
            }
        }
        return sources;
    }

    private static void requireCompleted(ServerJobs.Found job) throws CommandFailed {
        String status = job.status();
        switch (status) {
            case "COMPLETED" -> {}
            case "IN_QUEUE", "IN_PROGRESS" ->
                    throw new CommandFailed(
                            ExitCode.ERROR,
                            "the job is " + status + " and has no result yet",
                            "wait for it with 'heritage jobs watch'",
                            null);
            default ->
                    throw new CommandFailed(
                            ExitCode.of(status, job.details().at("/output/error_code").asText("")),
                            "the job has no result: %s %s"
                                    .formatted(status, job.details().path("error").asText("")));
        }
    }

    private List<Target> targets(List<Source> sources) throws CommandFailed, IOException {
        if (sources.isEmpty()) {
            throw new CommandFailed(
                    ExitCode.ERROR,
                    "the result of the job has no media; 'heritage jobs show --json' shows the"
                            + " result");
        }
        boolean file = into != null && !Files.isDirectory(into);
        if (file && sources.size() > 1) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "the job has %d outputs: -o needs an existing folder"
                            .formatted(sources.size()));
        }
        List<Target> targets = new ArrayList<>();
        for (Source source : sources) {
            StoredOutput output = source.output();
            Path name = free(source.place() + safeName(output), output.index(), targets);
            Path target = into == null ? name : file ? into : into.resolve(name);
            PartialFile.check(target, List.of());
            if (Files.exists(target) && !overwrite) {
                throw OutputRefused.becauseOf(target, "it exists; --overwrite replaces it");
            }
            targets.add(new Target(source.job(), output, target));
        }
        return targets;
    }

    /** Makes names unique, because two outputs of a job may have the same. */
    private static Path free(String name, int index, List<Target> taken) {
        boolean isTaken =
                taken.stream()
                        .anyMatch(other -> other.file().getFileName().toString().equals(name));
        return Path.of(isTaken ? index + "-" + name : name);
    }

    /** The server's name without folders, so that it stays where the user wants it. */
    private String safeName(StoredOutput output) {
        String name = output.filename().replaceAll(".*[/\\\\]", "").replaceAll("[\\p{Cntrl}]", "_");
        return name.isEmpty() || name.startsWith(".") ? id + "-" + output.index() : name;
    }

    private static void download(EndpointClient at, Target target)
            throws IOException, InterruptedException {
        try (var partial = new PartialFile(target.file())) {
            try (OutputStream file =
                    new BufferedOutputStream(Files.newOutputStream(partial.path()), 1 << 16)) {
                at.download(target.job(), target.output(), file);
            }
            partial.moveToTarget();
        }
    }
}
