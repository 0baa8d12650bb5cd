package io.heritage.standalone.cli.files;

import io.heritage.media.Rational;
import io.heritage.processor.interpolate.StillsRequest;
import io.heritage.schemas.VideoRequest;
import io.heritage.standalone.cli.command.Usage;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options for the frames of {@code interpolate}: docs/interpolate.md. */
final class InterpolateSettings {
    private static final List<Integer> RESOLUTIONS = List.of(480, 640, 720, 1080);
    private static final List<Integer> INTERPOLATIONS = List.of(1, 2, 4);
    private static final int SERVER_MIN = 33;
    private static final int SERVER_MAX = 257;
    private static final int RIFE_RATE = 30;
    private static final int WAN_FRAMES = 65;

    @Option(
            names = "--frames",
            paramLabel = "N",
            description = {
                "RIFE only: frames in all, including the two images (default: 33).",
                "With --url an odd number, 33 to 257."
            })
    private @Nullable Integer frames;

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description = "Wan only: prompt, what happens in the video.")
    private @Nullable String prompt;

    @Option(
            names = "--negative-prompt",
            paramLabel = "TEXT",
            description = "Wan only: negative prompt; needs guidance.")
    private @Nullable String negativePrompt;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Wan only: sampling steps, 4 to 20 (default: 8).")
    private @Nullable Integer steps;

    @Option(
            names = "--frame-length",
            paramLabel = "N",
            description = {
                "Wan only: frames the model generates, 17 to 129 (default: 65; with --url 17)."
            })
    private @Nullable Integer frameLength;

    @Option(
            names = "--interpolation",
            paramLabel = "N",
            description = {
                "Wan only: 1, 2 or 4 times as many frames, by RIFE between those of the model"
                        + " (default: 2)."
            })
    private @Nullable Integer interpolation;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = {
                "Wan only: seed, 0 to 2^64-1; 0 draws a random one, which --json reports (default:"
                        + " 0)."
            })
    private @Nullable String seed;

    @Option(
            names = "--resolution",
            paramLabel = "N",
            description = "Shorter side: 480, 640, 720 or 1080 (default: ${DEFAULT-VALUE}).")
    private int resolution = 640;

    @Option(
            names = "--fps",
            paramLabel = "N",
            description = {
                "Frame rate of the video (default: 30; for Wan 16 times --interpolation; with --url"
                        + " the server's)."
            })
    private @Nullable Integer fps;

    /**
     * @param wan whether Wan computes here
     * @param remote whether a server computes
     */
    void check(Usage usage, boolean wan, boolean remote) {
        usage.require(
                wan || remote || !guided(),
                "--prompt, --negative-prompt, --steps, --frame-length, --interpolation and --seed"
                        + " need --engine wan");
        usage.require(
                frames == null || !wan,
                "--frames needs --engine rife; wan takes --frame-length and --interpolation");
        usage.require(
                frames == null || frameLength == null && interpolation == null,
                "--frames cannot be combined with --frame-length and --interpolation");
        usage.requireOneOf("--resolution", RESOLUTIONS, resolution);
        usage.requireIn("--frames", 2, 10_000, frames);
        usage.requireIn("--fps", 1, 1000, fps);
        usage.requireIn("--steps", 4, 20, steps);
        usage.requireIn("--frame-length", 17, 129, frameLength);
        usage.requireOneOf("--interpolation", INTERPOLATIONS, interpolation);
        usage.require(
                !remote
                        || frames == null
                        || (frames >= SERVER_MIN && frames <= SERVER_MAX && frames % 2 == 1),
                "--frames with --url: expected an odd number from 33 to 257, found " + frames);
        checkSeed(usage);
    }

    private void checkSeed(Usage usage) {
        try {
            if (seed != null) {
                Long.parseUnsignedLong(seed);
            }
        } catch (NumberFormatException notASeed) {
            throw new ParameterException(
                    usage.spec().commandLine(),
                    "--seed: expected 0 to 18446744073709551615, found " + seed,
                    notASeed);
        }
    }

    /** Whether an option needs a video model. */
    boolean guided() {
        return prompt != null
                || negativePrompt != null
                || steps != null
                || frameLength != null
                || interpolation != null
                || seed != null;
    }

    /** Whether a frame rate was given, instead of the server's. */
    boolean hasOwnRate() {
        return fps != null;
    }

    StillsRequest stills() {
        return new StillsRequest(resolution, frames == null ? SERVER_MIN : frames, rate(false));
    }

    /**
     * @param remote whether a server computes
     */
    VideoRequest video(boolean remote) {
        return new VideoRequest(
                prompt == null ? "" : prompt,
                Optional.ofNullable(negativePrompt),
                steps == null ? 8 : steps,
                resolution,
                frameLength(remote),
                seed == null ? 0 : Long.parseUnsignedLong(seed),
                interpolation == null ? 2 : interpolation);
    }

    private int frameLength(boolean remote) {
        if (frameLength != null) {
            return frameLength;
        }
        if (!remote) {
            return WAN_FRAMES;
        }
        return frames == null ? (SERVER_MIN + 1) / 2 : (frames + 1) / 2;
    }

    /**
     * @param wan whether a video model makes the frames
     */
    Rational rate(boolean wan) {
        int usual = wan ? video(false).framesPerSecond() : RIFE_RATE;
        return new Rational(fps == null ? usual : fps, 1);
    }
}
