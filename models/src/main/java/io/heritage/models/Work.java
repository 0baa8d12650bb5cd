package io.heritage.models;

/**
 * Watches a restoration: asked between blocks whether to stop, and told how far it is.
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

    /** In the order in which a clip meets them. */
    public enum Stage {
        LOAD,
        ENCODE,
        DIFFUSE,
        DECODE
    }

    /**
     * @throws io.heritage.models.PipelineCancelled if it shall stop
     */
    public void advanced(Stage stage, int done, int total) {
        progress.advanced(stage, done, total);
        cancellation.throwIfRequested();
    }
}
