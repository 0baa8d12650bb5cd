package io.heritage.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.FrameTarget;
import io.heritage.standalone.client.JobRequest;
import io.heritage.standalone.client.ServerRefused;
import io.heritage.standalone.client.ServerReply;
import java.io.IOException;
import java.time.Duration;

/** One job at a server: submitted, followed, fetched; cancelled when the user stops it. */
final class RemoteJob {
    private static final Duration POLL = Duration.ofSeconds(1);

    private final EndpointClient client;
    private final Progress progress;

    RemoteJob(EndpointClient client, Progress progress) {
        this.client = client;
        this.progress = progress;
    }

    /**
     * @param total frames that are expected; 0 where unknown
     * @param target takes the media of the reply
     * @return the reply of a completed job
     * @throws InterruptedException when the user stopped it; the job is cancelled then
     */
    ServerReply run(JobRequest request, long total, FrameTarget target)
            throws IOException, InterruptedException, CommandFailed {
        progress.report("send", 0, total);
        String job = client.submit(request).id();
        try {
            return follow(job, total, target);
        } catch (InterruptedException stopped) {
            cancel(job);
            throw stopped;
        }
    }

    private ServerReply follow(String job, long total, FrameTarget target)
            throws IOException, InterruptedException, CommandFailed {
        while (true) {
            ServerReply reply = client.await(job, POLL, target);
            if (reply.isCompleted()) {
                return reply;
            }
            if (reply.isTerminal()) {
                throw new CommandFailed(ExitCode.FAILED, outcome(job, reply));
            }
            show(reply, total);
        }
    }

    private static String outcome(String job, ServerReply reply) {
        String error = reply.error();
        return "job %s: %s%s".formatted(job, reply.status(), error == null ? "" : ": " + error);
    }

    private void show(ServerReply reply, long total) {
        JsonNode facts = reply.output();
        String stage =
                facts.path("stage").asText(reply.status().toLowerCase(java.util.Locale.ROOT));
        long frames = facts.path("frames_done").asLong(0);
        double fraction = facts.path("progress").asDouble(0);
        if (frames == 0 && fraction > 0) {
            progress.report(stage, Math.round(100 * fraction), 100);
        } else {
            progress.report(stage, frames, facts.path("frames_total").asLong(total));
        }
    }

    /** The interrupt flag of this thread is clear while the cancellation is sent. */
    private void cancel(String job) {
        try {
            client.cancel(job);
            progress.note("job " + job + " cancelled");
        } catch (ServerRefused refused) {
            progress.note("job " + job + " not cancelled: " + refused.getMessage());
        } catch (IOException | InterruptedException unreachable) {
            progress.note("job " + job + " may go on: " + unreachable.getMessage());
        }
    }
}
