package io.heritage.schemas;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The requested video between two images, or onwards from one (docs/interpolate.md).
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
    /**
     * Keys that are read from an input. From {@code prompt} on they are names of public
     * image-to-video endpoints (docs/interpolate.md); the last five have no meaning here.
     */
    static final Set<String> FIELDS =
            Set.of(
                    "positive_prompt",
                    "negative_prompt",
                    "steps",
                    "resolution",
                    "frame_length",
                    "seed",
                    "interpolation",
                    "prompt",
                    "num_inference_steps",
                    "size",
                    "duration",
                    "guidance",
                    "flow_shift",
                    "enable_prompt_optimization",
                    "enable_safety_checker");

    private static final int MAX_PROMPT_LENGTH = 20_000;
    private static final int LEAST_STEPS = 4;
    private static final int MOST_STEPS = 20;
    private static final int LEAST_FRAMES = 17;
    private static final int MOST_FRAMES = 129;
    private static final List<Integer> RESOLUTIONS = List.of(480, 640, 720, 1080);

    private static final Pattern SIZE = Pattern.compile("(\\d{1,5})\\s*[*xX×]\\s*(\\d{1,5})");

    /** Frames a second that the video model's own frames are meant for. */
    private static final int MODEL_FRAME_RATE = 16;

    /** Seeds drawn here are exact in the number type of every JSON reader. */
    private static final long SEED_BOUND = 1L << 53;

    static VideoRequest parse(InputFields fields) throws InvalidInput {
        return new VideoRequest(
                fields.text(
                        fields.has("positive_prompt") ? "positive_prompt" : "prompt",
                        "",
                        MAX_PROMPT_LENGTH),
                fields.has("negative_prompt")
                        ? Optional.of(fields.text("negative_prompt", "", MAX_PROMPT_LENGTH))
                        : Optional.empty(),
                fields.integer("steps", publicSteps(fields), LEAST_STEPS, MOST_STEPS),
                fields.oneOf("resolution", publicResolution(fields), RESOLUTIONS),
                fields.integer(
                        "frame_length", publicFrameLength(fields), LEAST_FRAMES, MOST_FRAMES),
                fields.isMinusOne("seed") ? 0 : fields.seed("seed", 0),
                fields.oneOf("interpolation", 2, List.of(1, 2, 4)));
    }

    /** {@code num_inference_steps}, 1 to 50, brought into the range of the distilled model. */
    private static int publicSteps(InputFields fields) throws InvalidInput {
        return Math.clamp(fields.integer("num_inference_steps", 8, 1, 50), LEAST_STEPS, MOST_STEPS);
    }

    /**
     * {@code size}, such as {@code 1280*720}: the largest resolution that its shorter side holds.
     */
    private static int publicResolution(InputFields fields) throws InvalidInput {
        String size = fields.text("size", "", 20);
        if (size.isEmpty()) {
            return 640;
        }
        Matcher sides = SIZE.matcher(size);
        if (!sides.matches()) {
            throw new InvalidInput("size: expected WIDTH*HEIGHT such as 1280*720, found " + size);
        }
        int shorter = Math.min(Integer.parseInt(sides.group(1)), Integer.parseInt(sides.group(2)));
        return RESOLUTIONS.stream()
                .filter(side -> side <= shorter)
                .reduce((_, larger) -> larger)
                .orElse(RESOLUTIONS.getFirst());
    }

    /** {@code duration} in seconds, as frames of the model. */
    private static int publicFrameLength(InputFields fields) throws InvalidInput {
        if (!fields.has("duration")) {
            return 65;
        }
        double seconds = fields.number("duration", 5, 0, 60);
        return Math.clamp(Math.round(seconds * MODEL_FRAME_RATE) + 1, LEAST_FRAMES, MOST_FRAMES);
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
