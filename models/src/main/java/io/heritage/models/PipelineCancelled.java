package io.heritage.models;

/**
 * A pipeline stopped between two blocks because it was asked to; nothing is wrong with it or its
 * input.
 */
public final class PipelineCancelled extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PipelineCancelled() {
        super("cancelled between two blocks of the network");
    }
}
