package io.heritage.processor;

import io.heritage.media.VideoSize;
import java.util.List;

/**
 * What became of an image or a video.
 *
 * @param mediaType {@code image} or {@code video}
 * @param size of the output
 * @param frames of the input, and of the output
 * @param tiny whether the weights are small random ones, for tests and demonstrations
 * @param fallbacks what was done to fit into memory, in order
 * @param encoding how it was written
 */
public record RestoreSummary(
        String mediaType,
        VideoSize size,
        long frames,
        boolean tiny,
        List<String> fallbacks,
        ResultEncoding encoding) {
    public RestoreSummary {
        fallbacks = List.copyOf(fallbacks);
    }
}
