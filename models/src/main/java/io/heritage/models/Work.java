package io.heritage.models;

/**
 * Callbacks of a pipeline: progress after each block, a checkpoint at which the work can be
 * stopped, and measures when memory ran out.
 *
 * @param progress called on the thread that computes
 * @param shortage called on the thread of the device that was out of memory
 */
public record Work(Cancellation cancellation, BlockProgress progress, Shortage shortage) {
    /** Cannot be stopped and reports nothing. */
    public static final Work UNWATCHED = of(Cancellation.NEVER);

    /** Does not report that memory ran out. */
    public Work(Cancellation cancellation, BlockProgress progress) {
        this(cancellation, progress, _ -> {});
    }

    /** Reports nothing. */
    public static Work of(Cancellation cancellation) {
        return new Work(cancellation, (_, _, _) -> {});
    }

    /** Called after each block. */
    @FunctionalInterface
    public interface BlockProgress {
        /**
         * @param done blocks of the stage, up to {@code total}
         */
        void advanced(Stage stage, int done, int total);
    }

    /** Called when a device ran out of memory and the work continues with less. */
    @FunctionalInterface
    public interface Shortage {
        /**
         * @param step the measure, of a fixed list of the pipeline
         */
        void met(String step);
    }

    /**
     * In the order in which a job meets them. {@code LOAD} may also come later, when weights are
     * brought back to the device; {@code TEXT} is Wan2.2's only.
     */
    public enum Stage {
        LOAD,
        TEXT,
        ENCODE,
        DIFFUSE,
        DECODE
    }

    /**
     * Reports progress, then passes the checkpoint.
     *
     * @param done blocks of the stage; more than {@code total} count as all of them
     */
    public void advanced(Stage stage, int done, int total) {
        progress.advanced(stage, Math.min(done, total), total);
        cancellation.checkpoint();
    }

    /** A counter of the blocks of one stage. */
    public Counter counting(Stage stage, int total) {
        return new Counter(this, stage, total);
    }

    /** Counts blocks of a stage. One thread. */
    public static final class Counter {
        private final Work work;
        private final Stage stage;
        private final int total;
        private int done;

        private Counter(Work work, Stage stage, int total) {
            this.work = work;
            this.stage = stage;
            this.total = total;
        }

        /** Reports one more block. */
        public void next() {
            done++;
            work.advanced(stage, done, total);
        }
    }
}
