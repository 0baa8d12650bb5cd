package io.heritage.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.media.VideoEncoding;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.restore.LocalRestoration;
import io.heritage.schemas.RestoreInput;
import io.heritage.schemas.RestoreRequest;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.EndpointUrl;
import io.heritage.standalone.client.JobReply;
import io.heritage.standalone.client.RestorationRequest;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.logging.LogLevels;
import io.heritage.standalone.output.PartialFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "restore",
        description = {
            "Restores an image or a video with SeedVR2.",
            "",
            "An image becomes a PNG with its alpha; a video an mp4 or WebM with as many frames at"
                    + " the same times and its sound.",
            "",
            "Without --url it computes here. Ctrl-C cancels the job and leaves no output."
        },
        footer = {
            "",
            "Examples:",
            "  heritage restore old.mp4 -o new.mp4 --model seedvr2_3b --size 1280x720",
            "  heritage restore old.jpg -o new.png --model seedvr2_7b_sharp",
            "  heritage restore old.mp4 -o new.webm --model seedvr2_3b --bit-depth 10 --crf 20",
            "  heritage restore old.mp4 -o new.mp4 --model seedvr2_7b --url http://127.0.0.1:8000",
            ""
        })
final class RestoreCommand implements Callable<Integer> {
    private static final List<String> MODELS =
            List.of("seedvr2_3b", "seedvr2_7b", "seedvr2_7b_sharp", "tiny");

    private static final String TINY = "tiny";

    private static final Pattern SIZE = Pattern.compile("([0-9]{2,5})x([0-9]{2,5})");

    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ConfigOptions config = new ConfigOptions();
    @Spec private CommandSpec spec = CommandSpec.create();
    private final CommandContext surroundings;

    @Parameters(paramLabel = "INPUT", description = "An image or a video.")
    private Path input = Path.of("");

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "OUT",
            description = "NAME.png, NAME.mp4 or NAME.webm, replaced if it is there.")
    private Path output = Path.of("");

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME",
            description =
                    "seedvr2_3b, seedvr2_7b, seedvr2_7b_sharp or tiny, which has random weights and"
                            + " need not be installed.")
    private String model = "";

    @Option(
            names = "--size",
            paramLabel = "WxH",
            description = {
                "As many pixels as this, in the shape of the input (default: ${DEFAULT-VALUE})."
            })
    private String size = "1280x720";

    @Option(
            names = "--fit",
            paramLabel = "HOW",
            description = "area, or exact: precisely the size given (default: ${DEFAULT-VALUE}).")
    private String fit = RestoreInput.Options.DEFAULT.fit();

    @Option(
            names = {"--colour-fix", "--color-fix"},
            paramLabel = "HOW",
            description = {
                "Moves colours back to those of the input: wavelet, lab, adain, hsv,"
                        + " wavelet_adaptive or none (default: ${DEFAULT-VALUE})."
            })
    private String colourFix = RestoreInput.Options.DEFAULT.colourFix();

    @Option(
            names = "--precision",
            paramLabel = "TYPE",
            description = {
                "auto (fp32 on a CPU, bf16 on a GPU), fp32, bf16 or fp16 (default:"
                        + " ${DEFAULT-VALUE})."
            })
    private String precision = RestoreInput.Options.DEFAULT.precision();

    @Option(
            names = "--deinterlace",
            paramLabel = "HOW",
            description = {
                "auto: a video that says it is interlaced loses its combs; off (default:"
                        + " ${DEFAULT-VALUE})."
            })
    private String deinterlace = RestoreInput.Options.DEFAULT.deinterlace();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of the noise, 0 or more (default: ${DEFAULT-VALUE}).")
    private long seed = RestoreRequest.DEFAULT.seed();

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Of the sampler, 1 to 1000 (default: ${DEFAULT-VALUE}).")
    private int steps = RestoreRequest.DEFAULT.steps();

    @Option(
            names = "--cfg-scale",
            paramLabel = "X",
            description = "Guidance, 0 to 100; 1 is none (default: ${DEFAULT-VALUE}).")
    private double cfgScale = RestoreRequest.DEFAULT.cfgScale();

    @Option(
            names = "--cfg-rescale",
            paramLabel = "X",
            description = "Of the guidance, 0 to 1 (default: ${DEFAULT-VALUE}).")
    private double cfgRescale = RestoreRequest.DEFAULT.cfgRescale();

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description = {
                "Of a video: mp4 (H.264) or webm (VP9; of 10 bits AV1, and sound becomes Opus)"
                        + " (default: as OUT ends)."
            })
    private @Nullable String format;

    @Option(
            names = "--crf",
            paramLabel = "N",
            description = {
                "Quality of a video, 0 (best) to 51, in the numbers of its codec (default: 18 for"
                        + " mp4, 24 for webm)."
            })
    private @Nullable Integer crf;

    @Option(
            names = "--bit-depth",
            paramLabel = "BITS",
            description = {
                "Of a video, 8 or 10; mp4 of 10 bits is for editing, few browsers play it (default:"
                        + " ${DEFAULT-VALUE})."
            })
    private int bitDepth = RestoreInput.Encoding.DEFAULT.bitDepth();

    @Option(names = "--url", paramLabel = "URL", description = "Of a server, see interpolate.")
    private @Nullable String url;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "For the server (default: $$HERITAGE_API_KEY, then $$RUNPOD_API_KEY).")
    private @Nullable String key;

    @Option(names = "--models", paramLabel = "DIR", description = "Folder of checkpoints.")
    private @Nullable Path models;

    @Option(names = "--json", description = "Progress and result as one JSON object a line.")
    private boolean json;

    RestoreCommand(CommandContext surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
        checkUsage();
        LogLevels.WARNINGS.unlessVerbose(common.verbose(), surroundings.environment()).apply();
        return FileWork.runWatched(spec.commandLine().getErr(), url != null, this::run);
    }

    private void run()
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        try (Progress progress =
                        Progress.on(
                                System.err, surroundings.terminal(), json, InstantSource.system());
                var partial = new PartialFile(output)) {
            JsonNode facts =
                    url == null ? local(partial, progress) : remote(url, partial, progress);
            partial.moveToTarget();
            report(facts);
        }
    }

    private JsonNode local(PartialFile partial, Progress progress)
            throws IOException, InterruptedException, InvalidConfiguration {
        if (!model.equals(TINY)) {
            return restored(processorConfig(), request(), partial, progress);
        }
        try (TinyModel tiny = TinyModel.make()) {
            ProcessorConfig processor = processorConfig().withModels(tiny.folder());
            return restored(processor, request(), partial, progress);
        }
    }

    private JsonNode restored(
            ProcessorConfig processor,
            RestoreRequest request,
            PartialFile partial,
            Progress progress)
            throws IOException, InterruptedException {
        return new InProcessRestoration(processor, progress)
                .run(published(), input, request, partial.path());
    }

    private JsonNode remote(String typed, PartialFile partial, Progress progress)
            throws IOException, InterruptedException, CommandFailed {
        var request = new RestorationRequest(input, published(), request());
        try (var client = new EndpointClient(EndpointUrl.of(typed, "restore"), key())) {
            JobReply reply =
                    new RemoteJob(client, progress)
                            .run(request, 0, _ -> Files.newOutputStream(partial.path()));
            if (reply.frames() != 1) {
                throw new CommandFailed(
                        ExitCode.FAILED,
                        "job %s: expected one result, the server sent %d"
                                .formatted(reply.id(), reply.frames()));
            }
            return reply.output();
        }
    }

    private RestoreRequest request() {
        return RestoreRequest.DEFAULT
                .withSize(height(), width())
                .withSeed(seed)
                .withSampling(steps, cfgScale, cfgRescale)
                .withOptions(options())
                .withEncoding(encoding());
    }

    private RestoreInput.Model published() {
        if (model.equals(TINY)) {
            return new RestoreInput.Model(TinyModel.VARIANT.id(), "normal", 1);
        }
        boolean sharp = model.endsWith("_sharp");
        return new RestoreInput.Model(model.replace("_sharp", ""), sharp ? "sharp" : "normal", 1);
    }

    private RestoreInput.Encoding encoding() {
        return new RestoreInput.Encoding(
                Optional.of(ending()),
                crf == null ? OptionalInt.empty() : OptionalInt.of(crf),
                bitDepth);
    }

    /** Of the output's name, which says its format. */
    private String ending() {
        String name = output.toString().toLowerCase(Locale.ROOT);
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private RestoreInput.Options options() {
        return new RestoreInput.Options(fit, colourFix, precision, deinterlace);
    }

    private Optional<String> key() {
        return Optional.ofNullable(key)
                .or(() -> Optional.ofNullable(surroundings.environment().get("HERITAGE_API_KEY")))
                .or(() -> Optional.ofNullable(surroundings.environment().get("RUNPOD_API_KEY")));
    }

    private ProcessorConfig processorConfig() throws InvalidConfiguration {
        List<HeritageConfig.Flag> flags = new ArrayList<>();
        if (models != null) {
            flags.add(new HeritageConfig.Flag("--models", "processor.models", models.toString()));
        }
        return HeritageConfig.load(
                        config.file(surroundings.environment()), surroundings.environment(), flags)
                .processor();
    }

    private void report(JsonNode facts) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode line = JsonNodeFactory.instance.objectNode();
            line.put("output", output.toString()).set("metadata", facts);
            out.println(line);
        } else {
            out.println(output);
        }
        out.flush();
        if (facts.path("tiny").asBoolean()) {
            System.err.println(
                    "heritage: "
                            + model
                            + " is a tiny model with random weights, nothing was restored");
        }
    }

    private int width() {
        return Integer.parseInt(sizes().group(1));
    }

    private int height() {
        return Integer.parseInt(sizes().group(2));
    }

    private Matcher sizes() {
        Matcher matcher = SIZE.matcher(size);
        require(matcher.matches(), "--size: expected WIDTHxHEIGHT, found " + size);
        return matcher;
    }

    private void checkUsage() throws CommandFailed, IOException {
        requireOneOf("--model", MODELS, model);
        require(
                url == null || !model.equals(TINY),
                "--model tiny works here; with --url name a model of the server");
        require(
                width() >= 16 && height() >= 16 && width() <= 16_384 && height() <= 16_384,
                "--size: expected sides of 16 to 16384, found " + size);
        requireOneOf("--fit", RestoreInput.FITS, fit);
        requireOneOf("--colour-fix", RestoreInput.COLOUR_FIXES, colourFix);
        requireOneOf("--precision", RestoreInput.PRECISIONS, precision);
        requireOneOf("--deinterlace", RestoreInput.DEINTERLACES, deinterlace);
        require(steps >= 1 && steps <= 1000, "--steps: expected 1 to 1000, found " + steps);
        require(
                cfgScale >= 0 && cfgScale <= 100,
                "--cfg-scale: expected 0 to 100, found " + cfgScale);
        require(
                cfgRescale >= 0 && cfgRescale <= 1,
                "--cfg-rescale: expected 0 to 1, found " + cfgRescale);
        require(seed >= 0, "--seed: expected 0 or more, found " + seed);
        if (!Files.isRegularFile(input) || !Files.isReadable(input)) {
            throw new CommandFailed(ExitCode.USAGE, "cannot read " + input);
        }
        checkEncoding(LocalRestoration.isImage(input));
        try {
            if (url != null) {
                EndpointUrl.of(url, "restore");
            }
        } catch (IllegalArgumentException notAUrl) {
            throw new ParameterException(
                    spec.commandLine(), "--url: " + notAUrl.getMessage(), notAUrl);
        }
    }

    private void checkEncoding(boolean image) {
        List<String> formats = image ? List.of("png") : List.of("mp4", "webm");
        require(
                formats.contains(ending()),
                "-o: %s becomes a file that ends with %s, found %s"
                        .formatted(input, "." + String.join(" or .", formats), output));
        require(
                format == null || format.equals(ending()),
                "--format: %s does not fit %s".formatted(format, output));
        require(crf == null || !image, "--crf: a PNG is lossless, leave it out");
        require(
                crf == null || crf >= 0 && crf <= VideoEncoding.MAX_CRF,
                "--crf: expected 0 to 51, found " + crf);
        require(
                bitDepth == 8 || bitDepth == 10 && !image,
                "--bit-depth: expected 8, or 10 for a video, found " + bitDepth);
    }

    private void requireOneOf(String option, List<String> allowed, String found) {
        require(
                allowed.contains(found),
                "%s: expected one of %s, found %s".formatted(option, allowed, found));
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
