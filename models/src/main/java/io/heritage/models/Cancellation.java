package io.heritage.models;

import java.util.function.BooleanSupplier;

/**
 * Whether work is still wanted. Called between blocks of a network, several times a second, on the
 * thread that computes; so it must be quick.
 */
@FunctionalInterface
public interface Cancellation {
    Cancellation NEVER = () -> {};

    /**
     * Returns if the work is still wanted. To stop the work it throws; the exception leaves the
     * pipeline after everything was released.
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
