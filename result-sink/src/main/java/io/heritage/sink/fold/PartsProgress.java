package io.heritage.sink.fold;

import io.heritage.schemas.JobEvent.StreamCall;
import org.jspecify.annotations.Nullable;

/**
 * Progress of the parts of a job's last attempt; those of earlier attempts are dropped when another
 * begins.
 *
 * @param ready parts in the store
 * @param streamed number of first parts that were given to a client by {@code /stream}
 * @param call that the last of them were given to, as far as it is known
 */
public record PartsProgress(int ready, int streamed, @Nullable StreamCall call) {
    static final PartsProgress NONE = new PartsProgress(0, 0, null);

    /** Parts are stored in order and never removed from an attempt. */
    PartsProgress readyUpTo(int parts) {
        return new PartsProgress(Math.max(ready, parts), streamed, call);
    }

    PartsProgress streamedUpTo(int parts, @Nullable StreamCall to) {
        return parts < streamed ? this : new PartsProgress(ready, parts, to);
    }
}
