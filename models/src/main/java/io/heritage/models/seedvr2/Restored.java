package io.heritage.models.seedvr2;

import java.util.List;

/**
 * The result of restoring a video.
 *
 * @param frames that were restored
 * @param fallbacks memory fallbacks in order, planned or taken when memory ran out; for {@code
 *     processing_info}
 */
public record Restored(int frames, List<String> fallbacks) {
    public Restored {
        fallbacks = List.copyOf(fallbacks);
    }
}
