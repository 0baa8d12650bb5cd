package io.heritage.models;

import java.util.function.BooleanSupplier;

/**
 * Tells whether to continue. Called between blocks of a network, several times a second, on the
 * computing thread, so it must be quick.
 */
@FunctionalInterface
public interface Cancellation {
    Cancellation NEVER = () -> {};

    /**
     * Returns to continue. To stop the work it throws; the exception leaves the pipeline after all
     * resources were released.
     */
    void checkpoint();

    /** Stops the work with a {@link PipelineCancelled} once a condition is true. */
    static Cancellation when(BooleanSupplier stopped) {
        return () -> {
            if (stopped.getAsBoolean()) {
                throw new PipelineCancelled();
            }
        };
    }
}
