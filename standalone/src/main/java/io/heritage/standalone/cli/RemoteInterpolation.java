package io.heritage.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.InterpolationRequest;
import io.heritage.standalone.client.JobReply;
import io.heritage.standalone.client.ServerRefused;
import io.heritage.standalone.output.FrameOutput;
import java.io.IOException;
import java.time.Duration;

/** One job at a server: submitted, followed, fetched; cancelled when the user stops it. */
final class RemoteInterpolation {
    private static final Duration POLL = Duration.ofSeconds(1);

    private final EndpointClient client;
    private final Progress progress;

    RemoteInterpolation(EndpointClient client, Progress progress) {
        this.client = client;
        this.progress = progress;
    }

    /**
     * @return what the server says about the frames
     * @throws InterruptedException when the user stopped it; the job is cancelled then
     */
    JsonNode run(InterpolationRequest request, FrameOutput output)
            throws IOException, InterruptedException, CommandFailed {
        int total = 2 * request.frameLength() - 1;
        progress.report("send", 0, total);
        String job = client.submit(request).id();
        try {
            return follow(job, output, total);
        } catch (InterruptedException stopped) {
            cancel(job);
            throw stopped;
        }
    }

    private JsonNode follow(String job, FrameOutput output, int total)
            throws IOException, InterruptedException, CommandFailed {
        while (true) {
            JobReply reply =
                    client.await(
                            job,
                            POLL,
                            index -> {
                                progress.report("receive", index + 1L, total);
                                return output.png();
                            });
            if (reply.isCompleted()) {
                return finished(job, reply, output, total);
            }
            if (reply.isTerminal()) {
                throw new CommandFailed(ExitCode.FAILED, outcome(job, reply));
            }
            show(reply, total);
        }
    }

    private static JsonNode finished(String job, JobReply reply, FrameOutput output, int total)
            throws IOException, CommandFailed {
        if (reply.frames() != total) {
            throw new CommandFailed(
                    ExitCode.FAILED,
                    "job %s: expected %d frames, the server sent %d"
                            .formatted(job, total, reply.frames()));
        }
        output.complete();
        return reply.output().path("metadata");
    }

    private static String outcome(String job, JobReply reply) {
        String error = reply.error();
        return "job %s: %s%s".formatted(job, reply.status(), error == null ? "" : ": " + error);
    }

    private void show(JobReply reply, int total) {
        JsonNode facts = reply.output();
        progress.report(
                facts.path("stage").asText(reply.status().toLowerCase(java.util.Locale.ROOT)),
                facts.path("frames_done").asLong(0),
                facts.path("frames_total").asLong(total));
    }

    /** The flag of this thread is clear while the cancellation is sent. */
    private void cancel(String job) {
        try {
            client.cancel(job);
        } catch (ServerRefused refused) {
            System.err.println("heritage: job " + job + " not cancelled: " + refused.getMessage());
        } catch (IOException | InterruptedException unreachable) {
            System.err.println("heritage: job " + job + " may go on: " + unreachable.getMessage());
        }
    }
}
