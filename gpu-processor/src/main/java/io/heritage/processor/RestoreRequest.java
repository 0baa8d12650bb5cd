package io.heritage.processor;

import io.heritage.media.VideoSize;
import io.heritage.models.seedvr2.FrameGeometry;
import io.heritage.models.seedvr2.Guidance;
import io.heritage.models.seedvr2.LerpSchedule;
import io.heritage.models.seedvr2.RestoreOptions;
import io.heritage.schemas.RestoreInput;

/**
 * How an image or a video is to be restored (SeedVR API, "Media Restoration").
 *
 * @param mediaType {@code auto} (the content decides), {@code image} or {@code video}
 * @param height with the width: the area of the output, whose shape is that of the input, or its
 *     exact size
 * @param exact the output has exactly this size, instead of this area in multiples of 16
 * @param seed unsigned
 * @param steps of the sampler
 * @param encoding of the output
 */
public record RestoreRequest(
        String mediaType,
        int height,
        int width,
        boolean exact,
        long seed,
        double cfgScale,
        double cfgRescale,
        int steps,
        RestoreInput.Encoding encoding) {

    /** The API's defaults: an area of 1280x720, seed 666, one step, no guidance. */
    public static final RestoreRequest DEFAULT =
            new RestoreRequest(
                    "auto", 1280, 720, false, 666, 1, 0, 1, RestoreInput.Encoding.DEFAULT);

    public RestoreRequest withSize(int otherHeight, int otherWidth, boolean exactly) {
        return new RestoreRequest(
                mediaType,
                otherHeight,
                otherWidth,
                exactly,
                seed,
                cfgScale,
                cfgRescale,
                steps,
                encoding);
    }

    public RestoreRequest withSeed(long other) {
        return new RestoreRequest(
                mediaType, height, width, exact, other, cfgScale, cfgRescale, steps, encoding);
    }

    public RestoreRequest withEncoding(RestoreInput.Encoding other) {
        return new RestoreRequest(
                mediaType, height, width, exact, seed, cfgScale, cfgRescale, steps, other);
    }

    RestoreOptions options() {
        return RestoreOptions.DEFAULT
                .withSeed(seed)
                .withSampling(new LerpSchedule(steps), new Guidance(cfgScale, cfgRescale));
    }

    /**
     * @throws JobFailed if nothing is left of the frames
     */
    FrameGeometry geometry(VideoSize input) {
        var frames = new io.heritage.models.seedvr2.VideoSize(input.height(), input.width());
        try {
            return exact
                    ? FrameGeometry.exact(
                            frames, new io.heritage.models.seedvr2.VideoSize(height, width))
                    : FrameGeometry.area(frames, height, width);
        } catch (IllegalArgumentException e) {
            throw new JobFailed(
                    "media of %s pixels, res_h %d, res_w %d: %s"
                            .formatted(input, height, width, e.getMessage()));
        }
    }
}
