package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.FrameTarget;
import io.heritage.standalone.client.JobRequest;
import io.heritage.standalone.client.ServerReply;
import io.heritage.standalone.client.ServerUnreachable;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** One job at a server: submitted, followed, fetched; cancelled when the user stops it. */
public final class RemoteJob {
    private static final Duration POLL = Duration.ofSeconds(1);

    private final EndpointClient client;
    private final Optional<String> idempotencyKey;
    private final ProgressView progress;
    private final Patience patience;

    public RemoteJob(
            EndpointClient client, Optional<String> idempotencyKey, ProgressView progress) {
        this.client = client;
        this.idempotencyKey = idempotencyKey;
        this.progress = progress;
        this.patience = new Patience(progress::note);
    }

    /** Fetches the finished parts of a job that was stopped or failed. */
    public interface Rescue {
        void fetch(EndpointClient client, String job) throws IOException, InterruptedException;
    }

    /** As below, without keeping parts of an unsuccessful job. */
    public ServerReply run(JobRequest request, long total, FrameTarget target)
            throws IOException, InterruptedException, CommandFailed {
        return run(request, total, target, (_, _) -> {});
    }

    /**
     * @param total frames that are expected; 0 where unknown
     * @param target takes the media of the reply
     * @return the reply of a completed job
     * @throws InterruptedException when the user stopped it; the job is cancelled then
     */
    public ServerReply run(JobRequest request, long total, FrameTarget target, Rescue rescue)
            throws IOException, InterruptedException, CommandFailed {
        String job = submit(request, total);
        try {
            ServerReply reply = follow(job, total, target);
            if (reply.isCompleted()) {
                return reply;
            }
            fetch(job, rescue);
            progress.end(reply.status());
            throw failed(job, reply);
        } catch (InterruptedException stopped) {
            cancel(job);
            fetch(job, rescue);
            progress.end("CANCELLED");
            throw stopped;
        }
    }

    private void fetch(String job, Rescue rescue) throws InterruptedException {
        try {
            rescue.fetch(client, job);
        } catch (IOException none) {
            progress.note("finished frames could not be kept: " + none.getMessage());
        }
    }

    /**
     * Submits the job without waiting.
     *
     * @return {@code job}, {@code endpoint} and {@code console}
     */
    public ObjectNode detach(JobRequest request)
            throws IOException, InterruptedException, CommandFailed {
        String job = submit(request, 0);
        progress.end("IN_QUEUE");
        return JsonNodeFactory.instance
                .objectNode()
                .put("job", job)
                .put("endpoint", client.url().endpoint())
                .put("console", client.url().consoleLink(job));
    }

    /**
     * @return its id
     * @throws CommandFailed if the answer was lost, and asking again might make a second job
     */
    private String submit(JobRequest request, long total)
            throws IOException, InterruptedException, CommandFailed {
        progress.report("send", 0, total);
        String job = submitted(request).id();
        progress.isJob(job);
        progress.note("job %s, %s".formatted(job, client.url().consoleLink(job)));
        return job;
    }

    /** Repeats the request if it has a key, since it then makes only one job. */
    private ServerReply submitted(JobRequest request)
            throws IOException, InterruptedException, CommandFailed {
        try {
            return client.submit(request, idempotencyKey);
        } catch (ServerUnreachable lost) {
            if (lost.getCause() instanceof ConnectException) {
                throw lost;
            }
            if (idempotencyKey.isEmpty()) {
                throw new CommandFailed(
                        ExitCode.UNREACHABLE,
                        lost.getMessage() + "; it is not known whether it accepted the job",
                        "'heritage jobs list' shows it; with --idempotency-key KEY the command can be"
                                + " repeated",
                        lost);
            }
            progress.note(lost.getMessage() + "; sending it again");
            return patience.ask(() -> client.submit(request, idempotencyKey));
        }
    }

    private ServerReply follow(String job, long total, FrameTarget target)
            throws IOException, InterruptedException, CommandFailed {
        while (true) {
            ServerReply reply = poll(job, target);
            if (reply.isTerminal()) {
                return reply;
            }
            show(reply, total);
            patience.pace();
        }
    }

    /** Asks again after a lost answer, because the job is not lost. */
    private ServerReply poll(String job, FrameTarget target)
            throws IOException, InterruptedException, CommandFailed {
        try {
            return patience.ask(() -> client.await(job, POLL, target));
        } catch (ServerUnreachable away) {
            throw leftAlone(job, away);
        }
    }

    /** Ends a command whose server stays unreachable. */
    static CommandFailed leftAlone(String job, ServerUnreachable away) {
        return new CommandFailed(
                ExitCode.UNREACHABLE,
                "%s; job %s may still be running".formatted(away.getMessage(), job),
                "when the server is back: heritage jobs watch %s, then heritage jobs download %s"
                        .formatted(job, job),
                away);
    }

    private static CommandFailed failed(String job, ServerReply reply) {
        String error = reply.error();
        String code = reply.output().path("error_code").asText("");
        return new CommandFailed(
                ExitCode.of(reply.status(), code),
                "job %s: %s%s".formatted(job, reply.status(), error == null ? "" : ": " + error));
    }

    private void show(ServerReply reply, long total) {
        JsonNode facts = reply.output();
        if (reply.status().equals("IN_QUEUE")) {
            progress.queued(OptionalLong.empty(), Optional.empty(), Optional.empty());
        } else {
            JobProgress.show(facts, total, progress);
        }
    }

    /** The interrupt flag of this thread is clear while the cancellation is sent. */
    private void cancel(String job) {
        try {
            String status = client.cancel(job).status();
            progress.note(
                    "job " + job + (status.equals("CANCELLED") ? " cancelled" : ": " + status));
        } catch (IOException | InterruptedException unreachable) {
            progress.note("job " + job + " may still be running: " + unreachable.getMessage());
        }
    }
}
