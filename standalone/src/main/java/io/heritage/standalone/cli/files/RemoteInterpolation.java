package io.heritage.standalone.cli.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.jobs.RemoteJob;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.FrameTarget;
import io.heritage.standalone.client.InterpolationJob;
import io.heritage.standalone.client.ServerReply;
import io.heritage.standalone.output.FrameDownload;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.io.OutputStream;

/** Interpolation at a server. */
final class RemoteInterpolation {
    private final RemoteJob job;
    private final ProgressView progress;
    private final boolean keepPartial;

    /**
     * @param keepPartial whether frames that a job made which was stopped or failed are fetched
     */
    RemoteInterpolation(RemoteJob job, ProgressView progress, boolean keepPartial) {
        this.job = job;
        this.progress = progress;
        this.keepPartial = keepPartial;
    }

    /**
     * @return what the server says about the frames
     * @throws InterruptedException when the user stopped it; the job is cancelled then
     */
    JsonNode run(InterpolationJob request, FrameDownload output)
            throws IOException, InterruptedException, CommandFailed {
        int total = request.video().frames();
        ServerReply reply = job.run(request, total, target(output, total), rescue(output));
        JsonNode metadata = reply.output().path("metadata");
        int made = metadata.path("frame_count").asInt();
        if (!reply.video() && reply.frames() != made) {
            throw new CommandFailed(
                    ExitCode.ERROR,
                    "job %s: the server made %d frames and sent %d"
                            .formatted(reply.id(), made, reply.frames()));
        }
        output.complete();
        return metadata;
    }

    private RemoteJob.Rescue rescue(FrameDownload output) {
        return keepPartial ? (client, id) -> fetch(client, id, output) : (_, _) -> {};
    }

    private void fetch(EndpointClient client, String id, FrameDownload output)
            throws IOException, InterruptedException {
        output.restart();
        int next = 0;
        JsonNode parts = client.stream(id, next).path("stream");
        while (!parts.isEmpty()) {
            for (JsonNode part : parts) {
                for (JsonNode frame : part.at("/output/frames")) {
                    try (OutputStream png = output.png()) {
                        png.write(frame.binaryValue());
                    }
                }
            }
            next += parts.size();
            parts = client.stream(id, next).path("stream");
        }
        output.keepUnfinished().ifPresent(kept -> progress.note("finished frames are in " + kept));
    }

    private FrameTarget target(FrameDownload output, int total) {
        return new FrameTarget() {
            @Override
            public void begin() throws IOException {
                output.restart();
            }

            @Override
            public OutputStream frame(int index) throws IOException {
                progress.report("receive", index + 1L, total);
                return output.png();
            }

            @Override
            public OutputStream video() throws IOException {
                progress.report("receive", total, total);
                return output.video();
            }
        };
    }
}
