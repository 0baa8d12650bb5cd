package io.heritage.processor.output;

/** How many threads encode PNGs beside a network. */
public final class PngThreads {
    private static final int MOST = 32;

    private PngThreads() {}

    /** All cores where a GPU computes; half where the network needs them too. */
    public static int beside(boolean gpu) {
        int cores = Runtime.getRuntime().availableProcessors();
        return Math.clamp(gpu ? cores : cores / 2, 1, MOST);
    }
}
