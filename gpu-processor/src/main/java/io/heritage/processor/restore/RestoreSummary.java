package io.heritage.processor.restore;

import io.heritage.processor.output.ResultEncoding;
import io.heritage.schemas.FrameSize;
import java.util.List;

/**
 * Facts about an image or a video that was restored.
 *
 * @param mediaType {@code image} or {@code video}
 * @param size width and height of the output
 * @param frames number of frames, the same in input and output
 * @param scenes number of scenes of a video; each is restored by itself
 * @param precision precision of the model that ran: {@code fp32}, {@code bf16} or {@code fp16}
 * @param tiny whether the weights are small random ones, for tests and demonstrations
 * @param fallbacks memory fallbacks that were taken, in order
 * @param encoding how the output is encoded
 */
public record RestoreSummary(
        String mediaType,
        FrameSize size,
        long frames,
        int scenes,
        String precision,
        boolean tiny,
        List<String> fallbacks,
        ResultEncoding encoding) {
    public RestoreSummary {
        fallbacks = List.copyOf(fallbacks);
    }
}
