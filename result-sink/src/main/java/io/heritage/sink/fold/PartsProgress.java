package io.heritage.sink.fold;

/**
 * How far the parts of a job's last attempt have come; those of an attempt before are forgotten
 * when another begins.
 *
 * @param ready parts in the store
 * @param streamed of them, the first so many have been given to a client by {@code /stream}
 */
public record PartsProgress(int ready, int streamed) {
    static final PartsProgress NONE = new PartsProgress(0, 0);

    /** Parts are stored in order and never taken back. */
    PartsProgress readyUpTo(int parts) {
        return new PartsProgress(Math.max(ready, parts), streamed);
    }

    PartsProgress streamedUpTo(int parts) {
        return new PartsProgress(ready, Math.max(streamed, parts));
    }
}
