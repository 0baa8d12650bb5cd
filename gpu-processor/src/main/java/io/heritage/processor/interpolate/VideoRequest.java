package io.heritage.processor.interpolate;

import io.heritage.media.Rational;
import io.heritage.models.wan.InterpolationRequest;
import io.heritage.schemas.InterpolateInput;
import java.math.BigInteger;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The frames from a picture to another one, or onwards (interpolation API, "Parameters").
 *
 * @param steps of a video model, 4 to 20
 * @param resolution shorter side in pixels: 480, 640, 720 or 1080
 * @param frameLength frames of a video model, 17 to 129
 * @param seed unsigned; 0 draws one
 * @param interpolation 1, 2 or 4: frames for each of those but the last
 */
public record VideoRequest(
        String positivePrompt,
        Optional<String> negativePrompt,
        int steps,
        int resolution,
        int frameLength,
        long seed,
        int interpolation) {
    /** Frames a second that a video model's own frames are meant for. */
    private static final int OWN_FRAME_RATE = 16;

    /** Seeds drawn here are exact in the number type of every JSON reader. */
    private static final long SEED_BOUND = 1L << 53;

    static VideoRequest of(InterpolateInput.Frames request) {
        return new VideoRequest(
                request.positivePrompt(),
                request.negativePrompt(),
                request.steps(),
                request.resolution(),
                request.frameLength(),
                request.seed(),
                request.interpolation());
    }

    /** Wan2.2 makes 4n + 1 of its own, so it may be a few less. */
    public int frames() {
        return (frameLength - 1) * interpolation + 1;
    }

    /** At which the frames show motion at the speed the model meant. */
    public Rational frameRate() {
        return new Rational(OWN_FRAME_RATE * interpolation, 1);
    }

    /** Unsigned. */
    BigInteger seedToUse(RandomGenerator seeds) {
        return seed == 0
                ? BigInteger.valueOf(seeds.nextLong(1, SEED_BOUND))
                : new BigInteger(Long.toUnsignedString(seed));
    }

    /**
     * The video that Wan2.2 makes of it: Wan specification, section 1.1.
     *
     * @param used as {@link #seedToUse} told it
     */
    InterpolationRequest video(Keyframes pictures, BigInteger used) {
        return new InterpolationRequest(
                pictures.start().pixels(),
                pictures.end().map(frame -> frame.pixels()).orElse(null),
                pictures.size().width(),
                pictures.size().height(),
                InterpolationRequest.framesFor(frameLength),
                steps,
                used.longValue(),
                positivePrompt,
                negativePrompt.orElse(InterpolationRequest.DEFAULT_NEGATIVE_PROMPT),
                interpolation);
    }

    /** No prompts in logs. */
    @Override
    public String toString() {
        return "VideoRequest[steps=%d, resolution=%d, frameLength=%d]"
                .formatted(steps, resolution, frameLength);
    }
}
