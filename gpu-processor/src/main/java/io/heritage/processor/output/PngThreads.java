package io.heritage.processor.output;

/** Number of threads that encode PNGs beside a network. */
public final class PngThreads {
    private static final int MOST = 32;

    private PngThreads() {}

    /** All cores if a GPU computes; half if the network needs them too. */
    public static int beside(boolean gpu) {
        int cores = Runtime.getRuntime().availableProcessors();
        return Math.clamp(gpu ? cores : cores / 2, 1, MOST);
    }
}
