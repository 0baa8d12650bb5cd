package io.heritage.models;

/** Asked between blocks of a network; may be called from the thread that computes, often. */
@FunctionalInterface
public interface Cancellation {
    Cancellation NEVER = () -> false;

    boolean isRequested();

    /**
     * @throws PipelineCancelled if it is requested
     */
    default void throwIfRequested() {
        if (isRequested()) {
            throw new PipelineCancelled();
        }
    }
}
