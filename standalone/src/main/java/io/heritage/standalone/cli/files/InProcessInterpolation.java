package io.heritage.standalone.cli.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.media.Rational;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.interpolate.InstalledWeights;
import io.heritage.processor.interpolate.LocalInterpolation;
import io.heritage.processor.interpolate.LocalWan;
import io.heritage.processor.interpolate.RateRequest;
import io.heritage.processor.interpolate.StillsRequest;
import io.heritage.processor.interpolate.VideoSummary;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.processor.job.WorkStopped;
import io.heritage.schemas.VideoRequest;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.output.PartialFile;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Interpolation without a server. The output appears under its name when it is complete. */
final class InProcessInterpolation {
    private final ProcessorConfig config;
    private final BatchOptions batch;
    private final ProgressView progress;

    InProcessInterpolation(ProcessorConfig config, BatchOptions batch, ProgressView progress) {
        this.config = config;
        this.batch = batch;
        this.progress = progress;
    }

    /**
     * @param pictures the first and the last frame
     * @throws InterruptedException when the user stopped it
     */
    JsonNode between(List<Path> pictures, StillsRequest request, Path out)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        return produce(
                out,
                (engine, partial) ->
                        engine.images(
                                pictures.getFirst(),
                                pictures.getLast(),
                                request,
                                partial,
                                observer(false)));
    }

    /**
     * @throws InterruptedException when the user stopped it
     */
    JsonNode raiseRate(Path video, RateRequest request, Path out)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        return produce(
                out, (engine, partial) -> engine.video(video, partial, request, observer(false)));
    }

    /**
     * @param end empty: the model chooses how the video ends
     * @param frameRate of a video file; PNG files have none
     * @throws InterruptedException when the user stopped it
     */
    JsonNode wan(Path start, Optional<Path> end, VideoRequest request, Rational frameRate, Path out)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        progress.report("load", 0, 0);
        try (var partial = new PartialFile(out)) {
            JsonNode metadata =
                    UnfinishedWork.of(
                            batch,
                            partial,
                            progress,
                            () -> wan(start, end, request, frameRate, partial));
            partial.moveToTarget();
            return metadata;
        }
    }

    private JsonNode wan(
            Path start,
            Optional<Path> end,
            VideoRequest request,
            Rational frameRate,
            PartialFile partial)
            throws IOException, InterruptedException {
        try (var engine = new LocalWan(config, RandomGenerator.getDefault(), batch.keepPartial())) {
            return engine.run(start, end, request, frameRate, partial.path(), observer(true));
        } catch (WorkStopped stopped) {
            throw interrupted(stopped);
        }
    }

    private static InterruptedException interrupted(WorkStopped stopped) {
        var interrupted = new InterruptedException("stopped");
        interrupted.initCause(stopped);
        return interrupted;
    }

    /** Work that reads files and writes one. */
    private interface Production {
        VideoSummary run(LocalInterpolation engine, Path partial) throws IOException;
    }

    private JsonNode produce(Path out, Production production)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        progress.report("load", 0, 0);
        try (var partial = new PartialFile(out)) {
            JsonNode metadata =
                    UnfinishedWork.of(batch, partial, progress, () -> produce(production, partial));
            partial.moveToTarget();
            return metadata;
        }
    }

    private JsonNode produce(Production production, PartialFile partial)
            throws IOException, InterruptedException {
        try (LocalInterpolation engine = LocalInterpolation.open(config, batch.keepPartial())) {
            VideoSummary summary = production.run(engine, partial.path());
            return metadata(summary, engine.weights());
        } catch (WorkStopped stopped) {
            throw interrupted(stopped);
        }
    }

    /**
     * @param percent whether progress is told in percent, because frames are not made one by one
     */
    private WorkObserver observer(boolean percent) {
        return new WorkObserver() {
            @Override
            public void checkpoint() {
                // The engine itself checks for an interrupt of the calling thread.
            }

            @Override
            public void progress(WorkProgress done) {
                if (percent) {
                    progress.report(done.stage(), Math.round(100 * done.fraction()), 100);
                } else {
                    progress.report(done.stage(), done.framesDone(), done.framesTotal());
                }
            }
        };
    }

    private static JsonNode metadata(VideoSummary summary, InstalledWeights weights) {
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        metadata.put("frame_count", summary.framesWritten())
                .put("width", summary.size().width())
                .put("height", summary.size().height())
                .put("frame_rate", summary.frameRate().value())
                .put("scene_cuts", summary.sceneCuts())
                .put("bit_depth", summary.bitDepth())
                .put("engine", "rife")
                .putObject("weights")
                .put("name", weights.name())
                .put("sha256", weights.sha256());
        summary.encoder().ifPresent(name -> metadata.put("encoder", name));
        summary.notes().describe(metadata);
        return metadata;
    }
}
