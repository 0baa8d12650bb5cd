package io.heritage.processor.restore;

import io.heritage.media.Rational;
import io.heritage.models.FrameSink;
import io.heritage.models.Work;
import io.heritage.models.seedvr2.FrameSource;
import io.heritage.models.seedvr2.Restored;
import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.seedvr2.SeedVr2.Replica;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.frame.ColourFix;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.seedvr2.sampling.Guidance;
import io.heritage.models.seedvr2.sampling.LerpSchedule;
import io.heritage.processor.job.JobFailed;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.processor.output.ResultEncoding;
import io.heritage.processor.output.VideoNotes;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.RestoreRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * SeedVR2 as one request wants it run: size, plan, progress and summary are the same for an image
 * and a video. Device thread only.
 */
final class NetworkRun {
    private final ReplicatedModel model;
    private final RestoreRequest request;
    private final WorkObserver observer;

    NetworkRun(ReplicatedModel model, RestoreRequest request, WorkObserver observer) {
        this.model = model;
        this.request = request;
        this.observer = observer;
    }

    /** The network on the leading device. */
    SeedVr2 leader() {
        return model.leader();
    }

    /** The copies on the other devices of the job. */
    List<Replica> others() {
        return model.others();
    }

    RestoreRequest request() {
        return request;
    }

    void checkpoint() {
        observer.checkpoint();
    }

    /** The requested options, before a plan adapts them to the available memory. */
    RestoreOptions options() {
        return RestoreOptions.DEFAULT
                .withSeed(request.seed())
                .withSampling(
                        new LerpSchedule(request.steps()),
                        new Guidance(request.cfgScale(), request.cfgRescale()))
                .withColourFix(ColourFix.parse(request.options().colourFix()));
    }

    /**
     * @throws JobFailed if nothing is left of the frames
     */
    FrameGeometry geometry(FrameSize input) {
        return geometry(request, input);
    }

    /**
     * @throws JobFailed if nothing is left of the frames
     */
    static FrameGeometry geometry(RestoreRequest request, FrameSize input) {
        try {
            return request.exact()
                    ? FrameGeometry.exact(input, new FrameSize(request.width(), request.height()))
                    : FrameGeometry.area(input, request.height(), request.width());
        } catch (IllegalArgumentException e) {
            throw new JobFailed(
                    "media of %s pixels, res_h %d, res_w %d: %s"
                            .formatted(input, request.height(), request.width(), e.getMessage()));
        }
    }

    /**
     * @throws JobFailed with the numbers, if nothing fits
     */
    RestorePlan plan(Function<MemoryBudget, RestorePlan> planning) {
        return RestorePlan.making(model.memory(), planning);
    }

    /**
     * Restores all frames of the source.
     *
     * @param sharing devices that take chunks beside the leading one
     * @param done frames written so far, for the observer
     * @param total frames expected, 0 if that is not known
     */
    Restored run(
            List<Replica> sharing,
            FrameGeometry geometry,
            RestorePlan plan,
            FrameSource source,
            FrameSink sink,
            LongSupplier done,
            long total)
            throws IOException {
        Work work = watching(observer, stage -> new WorkProgress(stage, done.getAsLong(), total));
        try {
            return leader().restore(
                            sharing, source, geometry, plan.chunks(), plan.options(), sink, work);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Reports each block to the observer, which may stop the work, and memory that ran out. */
    static Work watching(WorkObserver observer, Function<String, WorkProgress> progress) {
        return new Work(
                observer,
                (stage, _, _) -> observer.progress(progress.apply(nameOf(stage))),
                observer::ranOutOfMemory);
    }

    private static String nameOf(Work.Stage stage) {
        return stage.name().toLowerCase(Locale.ROOT);
    }

    /** Reports the end: the last frames are written after the last block. */
    RestoreSummary summary(
            String mediaType,
            FrameSize size,
            Restored restored,
            Optional<Rational> frameRate,
            int scenes,
            ResultEncoding encoding,
            VideoNotes notes) {
        observer.progress(
                new WorkProgress(nameOf(Work.Stage.DECODE), restored.frames(), restored.frames()));
        return new RestoreSummary(
                mediaType,
                size,
                restored.frames(),
                frameRate,
                scenes,
                leader().precision().id(),
                leader().tiny(),
                restored.fallbacks(),
                encoding,
                notes);
    }
}
