package io.heritage.processor.interpolate;

import io.heritage.media.Deinterlace;
import java.util.OptionalInt;

/**
 * A request to raise the frame rate of a video.
 *
 * @param times 2, 4 or 8
 * @param bitDepth 8 or 10; empty: 10 where the input has more than 8
 */
public record RateRequest(int times, OptionalInt bitDepth, Deinterlace deinterlace) {
    public static RateRequest times(int times) {
        return new RateRequest(times, OptionalInt.empty(), Deinterlace.AUTO);
    }
}
