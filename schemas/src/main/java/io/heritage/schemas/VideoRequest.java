package io.heritage.schemas;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The video that is asked for between two images, or onwards from one (interpolation API,
 * "Parameters").
 *
 * @param steps sampling steps over both experts, 4 to 20
 * @param resolution shorter side in pixels: 480, 640, 720 or 1080
 * @param frameLength frames of the video model, 17 to 129
 * @param seed unsigned; 0 draws one
 * @param interpolation 1, 2 or 4: frames that come back for each of the n but the last, so {@code
 *     (n - 1) * interpolation + 1}
 */
public record VideoRequest(
        String positivePrompt,
        Optional<String> negativePrompt,
        int steps,
        int resolution,
        int frameLength,
        long seed,
        int interpolation) {
    private static final int MAX_PROMPT_LENGTH = 20_000;

    /** Frames a second that the video model's own frames are meant for. */
    private static final int MODEL_FRAME_RATE = 16;

    /** Seeds drawn here are exact in the number type of every JSON reader. */
    private static final long SEED_BOUND = 1L << 53;

    static VideoRequest parse(InputFields fields) throws InvalidInput {
        return new VideoRequest(
                fields.text("positive_prompt", "", MAX_PROMPT_LENGTH),
                fields.has("negative_prompt")
                        ? Optional.of(fields.text("negative_prompt", "", MAX_PROMPT_LENGTH))
                        : Optional.empty(),
                fields.integer("steps", 8, 4, 20),
                fields.oneOf("resolution", 640, List.of(480, 640, 720, 1080)),
                fields.integer("frame_length", 65, 17, 129),
                fields.seed("seed", 0),
                fields.oneOf("interpolation", 2, List.of(1, 2, 4)));
    }

    /** Adds the fields that a server parses into the same request. */
    public void putInto(ObjectNode input) {
        input.put("positive_prompt", positivePrompt);
        negativePrompt.ifPresent(prompt -> input.put("negative_prompt", prompt));
        input.put("steps", steps)
                .put("resolution", resolution)
                .put("frame_length", frameLength)
                .put("seed", unsigned(seed))
                .put("interpolation", interpolation);
    }

    /** Frames of the result; Wan2.2 makes 4n + 1 of its own, so it may deliver a few less. */
    public int frames() {
        return (frameLength - 1) * interpolation + 1;
    }

    /** Frames a second at which the result shows motion at the speed the model meant. */
    public int framesPerSecond() {
        return MODEL_FRAME_RATE * interpolation;
    }

    /** The seed asked for, or a random one if it is 0; unsigned. */
    public BigInteger seedToUse(RandomGenerator seeds) {
        return seed == 0 ? BigInteger.valueOf(seeds.nextLong(1, SEED_BOUND)) : unsigned(seed);
    }

    private static BigInteger unsigned(long seed) {
        return new BigInteger(Long.toUnsignedString(seed));
    }

    /** No prompts in logs. */
    @Override
    public String toString() {
        return "VideoRequest[steps=%d, resolution=%d, frameLength=%d]"
                .formatted(steps, resolution, frameLength);
    }
}
