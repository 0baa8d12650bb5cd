package io.heritage.schemas;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.List;

/**
 * A request to restore an image or a video (docs/restore.md).
 *
 * @param mediaType {@code auto} (the content decides), {@code image} or {@code video}
 * @param height with the width: the area of the output, which keeps the aspect ratio of the input,
 *     or its exact size
 * @param seed unsigned
 * @param steps of the sampler
 * @param options fields that the SeedVR service does not have
 * @param encoding of the output
 * @param splitFrames a video of more frames is restored in segments of about so many, by several
 *     workers; 0: by one
 */
public record RestoreRequest(
        String mediaType,
        int height,
        int width,
        long seed,
        double cfgScale,
        double cfgRescale,
        int steps,
        RestoreInput.Options options,
        RestoreInput.Encoding encoding,
        int splitFrames) {

    /** Fewer frames cost more of one worker's time than they save. */
    private static final int LEAST_SPLIT_FRAMES = 16;

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
                    RestoreInput.Encoding.DEFAULT,
                    0);

    static RestoreRequest parse(InputFields fields) throws InvalidInput {
        return new RestoreRequest(
                fields.oneOf("media_type", DEFAULT.mediaType, List.of("auto", "video", "image")),
                fields.integer("res_h", DEFAULT.height, 16, 16_384),
                fields.integer("res_w", DEFAULT.width, 16, 16_384),
                fields.seed("seed", DEFAULT.seed),
                fields.number("cfg_scale", DEFAULT.cfgScale, 0.0, 100.0),
                fields.number("cfg_rescale", DEFAULT.cfgRescale, 0.0, 1.0),
                fields.integer("sample_steps", DEFAULT.steps, 1, 1000),
                RestoreInput.Options.parse(fields),
                RestoreInput.Encoding.parse(fields),
                splitFrames(fields));
    }

    private static int splitFrames(InputFields fields) throws InvalidInput {
        int frames = fields.integer("split_frames", 0, 0, 1_000_000);
        if (frames > 0 && frames < LEAST_SPLIT_FRAMES) {
            throw new InvalidInput(
                    "split_frames: expected 0 or at least %d, found %d"
                            .formatted(LEAST_SPLIT_FRAMES, frames));
        }
        if (frames > 0
                && fields.has("format")
                && fields.oneOf("format", "", RestoreInput.FORMATS).equals("webm")) {
            throw new InvalidInput(
                    "split_frames: segments are joined to an mp4, found format webm");
        }
        return frames;
    }

    /** Adds the fields that a server parses into the same request. */
    public void putInto(ObjectNode input) {
        input.put("media_type", mediaType)
                .put("res_h", height)
                .put("res_w", width)
                .put("seed", new BigInteger(Long.toUnsignedString(seed)))
                .put("cfg_scale", cfgScale)
                .put("cfg_rescale", cfgRescale)
                .put("sample_steps", steps);
        options.putInto(input);
        encoding.putInto(input);
        if (splitFrames > 0) {
            input.put("split_frames", splitFrames);
        }
    }

    public RestoreRequest withSize(int otherHeight, int otherWidth) {
        return new RestoreRequest(
                mediaType,
                otherHeight,
                otherWidth,
                seed,
                cfgScale,
                cfgRescale,
                steps,
                options,
                encoding,
                splitFrames);
    }

    public RestoreRequest withSeed(long other) {
        return new RestoreRequest(
                mediaType,
                height,
                width,
                other,
                cfgScale,
                cfgRescale,
                steps,
                options,
                encoding,
                splitFrames);
    }

    public RestoreRequest withSampling(int otherSteps, double scale, double rescale) {
        return new RestoreRequest(
                mediaType,
                height,
                width,
                seed,
                scale,
                rescale,
                otherSteps,
                options,
                encoding,
                splitFrames);
    }

    public RestoreRequest withOptions(RestoreInput.Options others) {
        return new RestoreRequest(
                mediaType,
                height,
                width,
                seed,
                cfgScale,
                cfgRescale,
                steps,
                others,
                encoding,
                splitFrames);
    }

    public RestoreRequest withEncoding(RestoreInput.Encoding other) {
        return new RestoreRequest(
                mediaType,
                height,
                width,
                seed,
                cfgScale,
                cfgRescale,
                steps,
                options,
                other,
                splitFrames);
    }

    /** Whether the output has exactly the size, instead of its area in multiples of 16. */
    public boolean exact() {
        return options.fit().equals("exact");
    }
}
