package io.heritage.processor.restore;

import io.heritage.media.Rational;
import io.heritage.processor.output.ResultEncoding;
import io.heritage.processor.output.VideoNotes;
import io.heritage.schemas.FrameSize;
import java.util.List;
import java.util.Optional;

/**
 * Facts about an image or a video that was restored.
 *
 * @param mediaType {@code image} or {@code video}
 * @param size width and height of the output
 * @param frames number of frames, the same in input and output
 * @param frameRate of a video, on average
 * @param scenes number of scenes of a video; each is restored by itself
 * @param precision precision of the model that ran: {@code fp32}, {@code bf16} or {@code fp16}
 * @param tiny whether the weights are small random ones, for tests and demonstrations
 * @param fallbacks memory fallbacks that were taken, in order
 * @param encoding how the output is encoded
 * @param notes how a video was read
 */
public record RestoreSummary(
        String mediaType,
        FrameSize size,
        long frames,
        Optional<Rational> frameRate,
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
