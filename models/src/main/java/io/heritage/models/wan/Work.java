package io.heritage.models.wan;

import io.heritage.models.Cancellation;

/**
 * Watches an interpolation: asked between blocks whether to stop, and told how far it is.
 *
 * @param progress called on the thread that computes
 */
public record Work(Cancellation cancellation, Progress progress) {
    /** Neither stopped nor watched. */
    public static final Work UNWATCHED = new Work(Cancellation.NEVER, (_, _, _) -> {});

    /** Hears of each block that is done. */
    @FunctionalInterface
    public interface Progress {
        /**
         * @param done blocks of the stage, up to {@code total}
         */
        void advanced(Stage stage, int done, int total);
    }

    /** In the order in which a job meets them; weights may be loaded before any of them. */
    public enum Stage {
        LOAD,
        TEXT,
        ENCODE,
        DIFFUSE,
        DECODE
    }

    /**
     * @throws io.heritage.models.PipelineCancelled if it shall stop
     */
    public void advanced(Stage stage, int done, int total) {
        progress.advanced(stage, Math.min(done, total), total);
        cancellation.throwIfRequested();
    }

    /** Counts the blocks of a stage. */
    Counter counting(Stage stage, int total) {
        return new Counter(this, stage, total);
    }

    /** Blocks done so far. */
    static final class Counter {
        private final Work work;
        private final Stage stage;
        private final int total;
        private int done;

        private Counter(Work work, Stage stage, int total) {
            this.work = work;
            this.stage = stage;
            this.total = total;
        }

        void next() {
            done++;
            work.advanced(stage, done, total);
        }
    }
}
