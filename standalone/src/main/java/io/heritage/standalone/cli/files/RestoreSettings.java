package io.heritage.standalone.cli.files;

import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFormat;
import io.heritage.schemas.RestoreInput;
import io.heritage.schemas.RestoreRequest;
import io.heritage.standalone.cli.command.Usage;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code restore} for network and encoding: docs/restore.md. */
final class RestoreSettings {
    private static final Pattern SIZE = Pattern.compile("([0-9]{2,5})x([0-9]{2,5})");

    @Option(
            names = "--size",
            paramLabel = "WxH",
            description = {"Target pixel count; aspect ratio is kept (default: ${DEFAULT-VALUE})."})
    private String size = "1280x720";

    @Option(
            names = "--fit",
            paramLabel = "HOW",
            description = {
                "area: as many pixels as --size; exact: precisely --size (default:"
                        + " ${DEFAULT-VALUE})."
            })
    private String fit = RestoreInput.Options.DEFAULT.fit();

    @Option(
            names = {"--colour-fix", "--color-fix"},
            paramLabel = "HOW",
            description = {
                "Match colours to the input: wavelet, lab, adain, hsv, wavelet_adaptive or none"
                        + " (default: ${DEFAULT-VALUE})."
            })
    private String colourFix = RestoreInput.Options.DEFAULT.colourFix();

    @Option(
            names = "--precision",
            paramLabel = "TYPE",
            description = {
                "Type of weights and activations: auto (fp32 on a CPU, bf16 on a GPU), fp32, bf16"
                        + " or fp16 (default: ${DEFAULT-VALUE})."
            })
    private String precision = RestoreInput.Options.DEFAULT.precision();

    @Option(
            names = "--deinterlace",
            paramLabel = "HOW",
            description = {
                "auto: deinterlace videos that are marked as interlaced; off: leave them as they are"
                        + " (default: ${DEFAULT-VALUE})."
            })
    private String deinterlace = RestoreInput.Options.DEFAULT.deinterlace();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of the noise, 0 or more (default: ${DEFAULT-VALUE}).")
    private long seed = RestoreRequest.DEFAULT.seed();

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Sampling steps, 1 to 1000 (default: ${DEFAULT-VALUE}).")
    private int steps = RestoreRequest.DEFAULT.steps();

    @Option(
            names = "--cfg-scale",
            paramLabel = "X",
            description = {
                "Classifier-free guidance, 0 to 100; 1 disables it (default: ${DEFAULT-VALUE})."
            })
    private double cfgScale = RestoreRequest.DEFAULT.cfgScale();

    @Option(
            names = "--cfg-rescale",
            paramLabel = "X",
            description = "Rescaling of the guidance, 0 to 1 (default: ${DEFAULT-VALUE}).")
    private double cfgRescale = RestoreRequest.DEFAULT.cfgRescale();

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description = {
                "Video only: mp4 (H.264) or webm (VP9, or AV1 with 10 bits; sound becomes Opus)"
                        + " (default: the ending of OUT, else mp4)."
            })
    private @Nullable String format;

    @Option(
            names = "--crf",
            paramLabel = "N",
            description = {
                "Video only: quality, 0 (best) to 51, on the scale of the codec (default: 18 for"
                        + " mp4, 24 for webm)."
            })
    private @Nullable Integer crf;

    @Option(
            names = "--bit-depth",
            paramLabel = "BITS",
            description = {
                "Video only: 8 or 10. Few browsers play mp4 with 10 bits (default:"
                        + " ${DEFAULT-VALUE})."
            })
    private int bitDepth = RestoreInput.Encoding.DEFAULT.bitDepth();

    /** Checks that do not need the input. */
    void check(Usage usage) {
        usage.require(
                width() >= 16 && height() >= 16 && width() <= 16_384 && height() <= 16_384,
                "--size: expected WIDTHxHEIGHT with sides of 16 to 16384, found " + size);
        usage.requireOneOf("--fit", RestoreInput.FITS, fit);
        usage.requireOneOf("--colour-fix", RestoreInput.COLOUR_FIXES, colourFix);
        usage.requireOneOf("--precision", RestoreInput.PRECISIONS, precision);
        usage.requireOneOf("--deinterlace", RestoreInput.DEINTERLACES, deinterlace);
        usage.requireIn("--steps", 1, 1000, steps);
        usage.requireIn("--cfg-scale", 0, 100, cfgScale);
        usage.requireIn("--cfg-rescale", 0, 1, cfgRescale);
        usage.requireIn("--crf", 0, VideoEncoding.MAX_CRF, crf);
        usage.require(seed >= 0, "--seed: expected 0 or more, found " + seed);
        usage.require(
                format == null || VideoFormat.named(format).isPresent(),
                "--format: expected mp4 or webm, found " + format);
        usage.require(
                bitDepth == 8 || bitDepth == 10,
                "--bit-depth: expected 8 or 10, found " + bitDepth);
    }

    /**
     * @param image whether the input is one
     */
    void check(Usage usage, FileTask task, boolean image) {
        String ending = endingOf(task.output());
        boolean fits = image ? ending.equals("png") : VideoFormat.named(ending).isPresent();
        usage.require(
                fits,
                "-o: %s becomes a file that ends with %s, found %s"
                        .formatted(task.input(), image ? ".png" : ".mp4 or .webm", task.output()));
        usage.require(
                image || format == null || format.equals(ending),
                "--format: %s does not fit %s".formatted(format, task.output()));
        usage.require(crf == null || !image, "--crf: a PNG is lossless, leave it out");
        usage.require(
                bitDepth == 8 || !image,
                "--bit-depth: expected 8, or 10 for a video, found " + bitDepth);
    }

    /** Format of a result whose name is not given. */
    String usualEnding(boolean image) {
        if (image) {
            return "png";
        }
        return format == null ? VideoFormat.MP4.title() : format;
    }

    /** {@code mp4} of {@code OUT.MP4}. */
    private static String endingOf(Path output) {
        String name = output.toString().toLowerCase(Locale.ROOT);
        return name.substring(name.lastIndexOf('.') + 1);
    }

    RestoreRequest request(Path output) {
        return RestoreRequest.DEFAULT
                .withSize(height(), width())
                .withSeed(seed)
                .withSampling(steps, cfgScale, cfgRescale)
                .withOptions(options())
                .withEncoding(encoding(output));
    }

    private RestoreInput.Options options() {
        return new RestoreInput.Options(fit, colourFix, precision, deinterlace);
    }

    private RestoreInput.Encoding encoding(Path output) {
        return new RestoreInput.Encoding(
                Optional.of(endingOf(output)),
                crf == null ? OptionalInt.empty() : OptionalInt.of(crf),
                bitDepth);
    }

    private int width() {
        return side(1);
    }

    private int height() {
        return side(2);
    }

    /** 0 if the text is no size. */
    private int side(int group) {
        Matcher matcher = SIZE.matcher(size);
        return matcher.matches() ? Integer.parseInt(matcher.group(group)) : 0;
    }
}
