package io.heritage.processor.restore;

import io.heritage.processor.output.ResultEncoding;
import io.heritage.processor.output.VideoNotes;
import io.heritage.schemas.FrameSize;
import java.util.List;

/**
 * What became of an image or a video.
 *
 * @param mediaType {@code image} or {@code video}
 * @param size of the output
 * @param frames of the input, and of the output
 * @param scenes of a video, each restored by itself
 * @param precision of the model that ran: {@code fp32}, {@code bf16} or {@code fp16}
 * @param tiny whether the weights are small random ones, for tests and demonstrations
 * @param fallbacks what was done to fit into memory, in order
 * @param encoding how it was written
 * @param notes how a video was read
 */
public record RestoreSummary(
        String mediaType,
        FrameSize size,
        long frames,
        int scenes,
        String precision,
        boolean tiny,
        List<String> fallbacks,
        ResultEncoding encoding,
        VideoNotes notes) {
    public RestoreSummary {
        fallbacks = List.copyOf(fallbacks);
    }
}
