package io.heritage.processor.interpolate;

import io.heritage.models.Work;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import java.util.Locale;

/**
 * Tells an observer how far a video of Wan2.2 is and lets it stop the work between two blocks.
 * Shares of the whole are rough: most of the time goes into diffusion.
 */
final class WanProgress implements Work.BlockProgress {
    private static final double TEXT_ENDS = 0.02;
    private static final double ENCODE_ENDS = 0.07;
    private static final double DIFFUSE_ENDS = 0.8;

    private final WorkObserver observer;
    private final long framesTotal;
    private long framesDone;
    private double fraction;

    /**
     * @param framesTotal that will be delivered
     */
    WanProgress(WorkObserver observer, long framesTotal) {
        this.observer = observer;
        this.framesTotal = framesTotal;
    }

    /** Progress of loading a model, before the video begins. */
    static Work loading(WorkObserver observer) {
        return new WanProgress(observer, 0).work();
    }

    Work work() {
        return new Work(observer, this, observer::ranOutOfMemory);
    }

    void frameDone() {
        framesDone++;
    }

    /** Never decreases, though weights may be loaded at any time and stages are repeated. */
    @Override
    public void advanced(Work.Stage stage, int done, int total) {
        double part = (double) done / total;
        double now =
                switch (stage) {
                    case LOAD -> 0;
                    case TEXT -> between(0, TEXT_ENDS, part);
                    case ENCODE -> between(TEXT_ENDS, ENCODE_ENDS, part);
                    case DIFFUSE -> between(ENCODE_ENDS, DIFFUSE_ENDS, part);
                    case DECODE -> between(DIFFUSE_ENDS, 1, part);
                };
        fraction = Math.max(fraction, now);
        observer.progress(
                new WorkProgress(
                        stage.name().toLowerCase(Locale.ROOT), fraction, framesDone, framesTotal));
    }

    private static double between(double from, double to, double part) {
        return from + (to - from) * part;
    }
}
