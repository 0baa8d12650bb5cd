package io.heritage.models;

/** A pipeline was stopped between two blocks on request; nothing is wrong with it or its input. */
public final class PipelineCancelled extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PipelineCancelled() {
        super("cancelled between two blocks of the network");
    }
}
