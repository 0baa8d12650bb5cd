package io.heritage.processor.restore;

import io.heritage.media.Deinterlace;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.frame.ColourFix;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.seedvr2.sampling.Guidance;
import io.heritage.models.seedvr2.sampling.LerpSchedule;
import io.heritage.processor.job.JobFailed;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.RestoreInput;

/**
 * How an image or a video is to be restored (SeedVR API, "Media Restoration").
 *
 * @param mediaType {@code auto} (the content decides), {@code image} or {@code video}
 * @param height with the width: the area of the output, whose shape is that of the input, or its
 *     exact size
 * @param seed unsigned
 * @param steps of the sampler
 * @param own options that the API replaced does not have
 * @param encoding of the output
 */
public record RestoreRequest(
        String mediaType,
        int height,
        int width,
        long seed,
        double cfgScale,
        double cfgRescale,
        int steps,
        RestoreInput.Options own,
        RestoreInput.Encoding encoding) {

    /** The API's defaults: an area of 1280x720, seed 666, one step, no guidance. */
    public static final RestoreRequest DEFAULT =
            new RestoreRequest(
                    "auto",
                    1280,
                    720,
                    666,
                    1,
                    0,
                    1,
                    RestoreInput.Options.DEFAULT,
                    RestoreInput.Encoding.DEFAULT);

    public RestoreRequest withSize(int otherHeight, int otherWidth) {
        return new RestoreRequest(
                mediaType,
                otherHeight,
                otherWidth,
                seed,
                cfgScale,
                cfgRescale,
                steps,
                own,
                encoding);
    }

    public RestoreRequest withSeed(long other) {
        return new RestoreRequest(
                mediaType, height, width, other, cfgScale, cfgRescale, steps, own, encoding);
    }

    public RestoreRequest withSampling(int otherSteps, double scale, double rescale) {
        return new RestoreRequest(
                mediaType, height, width, seed, scale, rescale, otherSteps, own, encoding);
    }

    public RestoreRequest withOptions(RestoreInput.Options others) {
        return new RestoreRequest(
                mediaType, height, width, seed, cfgScale, cfgRescale, steps, others, encoding);
    }

    public RestoreRequest withEncoding(RestoreInput.Encoding other) {
        return new RestoreRequest(
                mediaType, height, width, seed, cfgScale, cfgRescale, steps, own, other);
    }

    RestoreOptions options() {
        return RestoreOptions.DEFAULT
                .withSeed(seed)
                .withSampling(new LerpSchedule(steps), new Guidance(cfgScale, cfgRescale))
                .withColourFix(ColourFix.parse(own.colourFix()));
    }

    Deinterlace deinterlace() {
        return Deinterlace.named(own.deinterlace());
    }

    /** Whether the output has exactly the size, instead of its area in multiples of 16. */
    boolean exact() {
        return own.fit().equals("exact");
    }

    /**
     * @throws JobFailed if nothing is left of the frames
     */
    FrameGeometry geometry(FrameSize input) {
        try {
            return exact()
                    ? FrameGeometry.exact(input, new FrameSize(width, height))
                    : FrameGeometry.area(input, height, width);
        } catch (IllegalArgumentException e) {
            throw new JobFailed(
                    "media of %s pixels, res_h %d, res_w %d: %s"
                            .formatted(input, height, width, e.getMessage()));
        }
    }
}
