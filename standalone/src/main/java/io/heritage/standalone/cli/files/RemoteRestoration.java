package io.heritage.standalone.cli.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.jobs.RemoteBatch;
import io.heritage.standalone.cli.jobs.RemoteJob;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.RestorationJob;
import io.heritage.standalone.client.ServerReply;
import io.heritage.standalone.output.PartialFile;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Restoration at a server. */
final class RemoteRestoration {
    private final EndpointClient client;
    private final Function<FileTask, RestorationJob> request;
    private final Optional<String> idempotencyKey;

    /**
     * @param client stays the caller's to close
     * @param request what is asked for a file
     */
    RemoteRestoration(
            EndpointClient client,
            Function<FileTask, RestorationJob> request,
            Optional<String> idempotencyKey) {
        this.client = client;
        this.request = request;
        this.idempotencyKey = idempotencyKey;
    }

    JobEstimate.Question question(FileTask task) {
        return new JobEstimate.Question(
                task.input().toString(), request.apply(task).input(), List.of(task.input()));
    }

    /** Waits for the result. */
    JsonNode run(FileTask task, PartialFile partial, ProgressView progress)
            throws IOException, InterruptedException, CommandFailed {
        ServerReply reply =
                job(progress)
                        .run(request.apply(task), 0, _ -> Files.newOutputStream(partial.path()));
        if (reply.frames() != 1) {
            throw new CommandFailed(
                    ExitCode.ERROR,
                    "job %s: expected one result, the server sent %d"
                            .formatted(reply.id(), reply.frames()));
        }
        return reply.output();
    }

    /** Submits the job without waiting; returns its id and place. */
    ObjectNode detach(FileTask task, ProgressView progress)
            throws IOException, InterruptedException, CommandFailed {
        return job(progress).detach(request.apply(task));
    }

    private RemoteJob job(ProgressView progress) {
        return new RemoteJob(client, idempotencyKey, progress);
    }

    /** Submits all as one batch without waiting; returns its id, and the job of each file. */
    ObjectNode queue(List<FileTask> tasks, ProgressView progress)
            throws IOException, InterruptedException, CommandFailed {
        if (tasks.size() > RemoteBatch.MOST_JOBS) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "a batch has at most %d files, found %d"
                            .formatted(RemoteBatch.MOST_JOBS, tasks.size()));
        }
        String id = new RemoteBatch(client, progress).submit(tasks.stream().map(request).toList());
        ObjectNode facts =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("batch", id)
                        .put("endpoint", client.url().endpoint())
                        .put("console", client.url().consoleLink(id));
        ArrayNode jobs = facts.putArray("jobs");
        for (FileTask task : tasks) {
            String job = RemoteBatch.member(id, jobs.size());
            jobs.addObject().put("input", "" + task.input()).put("job", job);
        }
        return facts;
    }
}
