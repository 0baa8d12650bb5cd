package io.heritage.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.media.Deinterlace;
import io.heritage.media.Rational;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.interpolate.RateRequest;
import io.heritage.processor.interpolate.StillsRequest;
import io.heritage.schemas.RestoreInput;
import io.heritage.schemas.VideoRequest;
import io.heritage.standalone.client.EndpointClient;
import io.heritage.standalone.client.EndpointUrl;
import io.heritage.standalone.client.InterpolationRequest;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.logging.LogLevels;
import io.heritage.standalone.output.FrameOutput;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "interpolate",
        description = {
            "Makes the frames between two pictures, or raises the frame rate of a video.",
            "",
            "START END -o OUT: the frames from one picture to the other. OUT is a video if it ends"
                    + " in .mp4 or .webm, else a new folder for PNG files.",
            "--engine rife: in-between frames of the two pictures, which are first and last.",
            "--engine wan: a video that a prompt may guide; END may be left out.",
            "IN.mp4 -o OUT.mp4 --times N: N times as many frames in the same time; the sound is"
                    + " copied, scene cuts are not blended across.",
            "",
            "Without --url it computes here. Ctrl-C cancels the job and leaves no output."
        },
        footer = {
            "",
            "Examples:",
            "  heritage interpolate start.jpg end.jpg -o between.mp4",
            "  heritage interpolate start.jpg end.jpg -o frames --frames 65 --resolution 720",
            "  heritage interpolate start.jpg end.jpg -o walk.mp4 --engine wan --prompt 'she"
                    + " walks'",
            "  heritage interpolate start.jpg end.jpg -o between.mp4 --url http://127.0.0.1:8000",
            "  heritage interpolate clip.mp4 -o smooth.mp4 --times 2",
            ""
        })
final class InterpolateCommand implements Callable<Integer> {
    private static final List<Integer> RESOLUTIONS = List.of(480, 640, 720, 1080);
    private static final List<Integer> TIMES = List.of(2, 4, 8);
    private static final List<Integer> INTERPOLATIONS = List.of(1, 2, 4);
    private static final int SERVER_MIN = 33;
    private static final int SERVER_MAX = 257;
    private static final int DEFAULT_FPS = 30;
    private static final int WAN_FRAMES = 65;

    /** What computes here. */
    enum LocalEngine {
        RIFE,
        WAN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ConfigOptions config = new ConfigOptions();
    @Spec private CommandSpec spec = CommandSpec.create();
    private final CommandContext surroundings;

    @Parameters(
            arity = "1..2",
            paramLabel = "INPUT",
            description = "Two pictures, one with --engine wan, or one video.")
    private List<Path> inputs = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "OUT",
            description = "NAME.mp4 or NAME.webm (replaced if it is there), or a new folder.")
    private Path output = Path.of("");

    @Option(
            names = "--frames",
            paramLabel = "N",
            description = {
                "Of rife: frames in all, with the two pictures (default: 33).",
                "With --url an odd number, 33 to 257."
            })
    private @Nullable Integer frames;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = {
                "rife or wan; computes here (default: rife).",
                "With --url the server's endpoint decides."
            })
    private @Nullable LocalEngine engine;

    @Option(names = "--prompt", paramLabel = "TEXT", description = "Of wan: what is to happen.")
    private @Nullable String prompt;

    @Option(
            names = "--negative-prompt",
            paramLabel = "TEXT",
            description = "Of wan: what is not to be seen, if guidance is configured.")
    private @Nullable String negativePrompt;

    @Option(names = "--steps", paramLabel = "N", description = "Of wan: 4 to 20 (default: 8).")
    private @Nullable Integer steps;

    @Option(
            names = "--frame-length",
            paramLabel = "N",
            description = "Of wan: its own frames, 17 to 129 (default: 65; with --url 17).")
    private @Nullable Integer frameLength;

    @Option(
            names = "--interpolation",
            paramLabel = "N",
            description = "Of wan: 1, 2 or 4 frames for each of its own but the last (default: 2).")
    private @Nullable Integer interpolation;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of wan: 0 to 2^64-1; 0 draws one, --json reports it (default: 0).")
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
                "Frames a second of a video (default: 30; of wan 16 times its --interpolation)."
            })
    private @Nullable Integer fps;

    @Option(names = "--times", paramLabel = "N", description = "Of a video: 2, 4 or 8.")
    private @Nullable Integer times;

    @Option(
            names = "--bit-depth",
            paramLabel = "BITS",
            description = {
                "With --times: 8 or 10; mp4 of 10 bits is for editing, few browsers play it"
                        + " (default: 10 if the video has more than 8, else 8)."
            })
    private @Nullable Integer bitDepth;

    @Option(
            names = "--deinterlace",
            paramLabel = "HOW",
            description = {
                "With --times, auto: a video that says it is interlaced loses its combs; off"
                        + " (default: ${DEFAULT-VALUE})."
            })
    private String deinterlace = RestoreInput.Options.DEFAULT.deinterlace();

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = {
                "Of a server: its root, its /v2, or an endpoint such as"
                        + " http://HOST:8000/v2/interpolate."
            })
    private @Nullable String url;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = {
                "For the server (default: $$HERITAGE_API_KEY, then $$RUNPOD_API_KEY).",
                "Other users of this machine can see arguments: prefer the variable."
            })
    private @Nullable String key;

    @Option(names = "--models", paramLabel = "DIR", description = "Folder of checkpoints.")
    private @Nullable Path models;

    @Option(names = "--json", description = "Progress and result as one JSON object a line.")
    private boolean json;

    InterpolateCommand(CommandContext surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed {
        checkUsage();
        for (Path input : inputs) {
            if (!Files.isReadable(input)) {
                throw new CommandFailed(ExitCode.USAGE, "cannot read " + input);
            }
        }
        LogLevels.WARNINGS.unlessVerbose(common.verbose(), surroundings.environment()).apply();
        return FileWork.runWatched(spec.commandLine().getErr(), url != null, this::run);
    }

    private void run()
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        try (Progress progress =
                Progress.on(System.err, surroundings.terminal(), json, InstantSource.system())) {
            report(made(progress));
        }
    }

    private JsonNode made(Progress progress)
            throws IOException, InterruptedException, CommandFailed, InvalidConfiguration {
        if (url != null) {
            return remote(url, progress);
        }
        var local = new InProcessInterpolation(processorConfig(), progress);
        if (times != null) {
            OptionalInt depth = bitDepth == null ? OptionalInt.empty() : OptionalInt.of(bitDepth);
            var request = new RateRequest(times, depth, Deinterlace.named(deinterlace));
            return local.raiseRate(inputs.getFirst(), request, output);
        }
        return engine == LocalEngine.WAN
                ? local.wan(inputs.getFirst(), end(), video(), rate(), output)
                : local.between(
                        inputs,
                        new StillsRequest(resolution, frames == null ? SERVER_MIN : frames, rate()),
                        output);
    }

    private Optional<Path> end() {
        return inputs.stream().skip(1).findFirst();
    }

    private Rational rate() {
        boolean wan = engine == LocalEngine.WAN || (url != null && guided());
        int usual = wan ? video().framesPerSecond() : DEFAULT_FPS;
        return new Rational(fps == null ? usual : fps, 1);
    }

    private VideoRequest video() {
        return new VideoRequest(
                prompt == null ? "" : prompt,
                Optional.ofNullable(negativePrompt),
                steps == null ? 8 : steps,
                resolution,
                frameLength(),
                seed == null ? 0 : Long.parseUnsignedLong(seed),
                interpolation == null ? 2 : interpolation);
    }

    private int frameLength() {
        if (frameLength != null) {
            return frameLength;
        }
        if (url == null) {
            return WAN_FRAMES;
        }
        return frames == null ? (SERVER_MIN + 1) / 2 : (frames + 1) / 2;
    }

    private JsonNode remote(String typed, Progress progress)
            throws IOException, InterruptedException, CommandFailed {
        try (FrameOutput target = FrameOutput.to(output, rate().numerator());
                var client = new EndpointClient(EndpointUrl.of(typed, "interpolate"), key())) {
            var request = new InterpolationRequest(inputs.getFirst(), end(), video());
            return new RemoteInterpolation(client, progress).run(request, target);
        }
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

    private void report(JsonNode metadata) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode line = JsonNodeFactory.instance.objectNode();
            line.put("output", output.toString()).set("metadata", metadata);
            out.println(line);
        } else {
            out.println(output);
        }
        out.flush();
    }

    private void checkUsage() {
        require(bitDepth == null || times != null, "--bit-depth is of --times");
        require(
                bitDepth == null || bitDepth == 8 || bitDepth == 10,
                "--bit-depth: expected 8 or 10, found " + bitDepth);
        require(
                RestoreInput.DEINTERLACES.contains(deinterlace),
                "--deinterlace: expected auto or off, found " + deinterlace);
        if (times != null) {
            require(inputs.size() == 1, "--times takes one video, found two inputs");
            require(TIMES.contains(times), "--times: expected 2, 4 or 8, found " + times);
            require(url == null, "--times works here only, not with --url");
            require(
                    engine != LocalEngine.WAN && !guided(),
                    "--times is of engine rife, which takes no prompt");
            require(
                    output.toString().toLowerCase(Locale.ROOT).endsWith(".mp4"),
                    "--times writes a video: expected a name that ends in .mp4, found " + output);
            return;
        }
        boolean wan = engine == LocalEngine.WAN;
        require(
                url == null || engine == null,
                "--engine works here; with --url the server decides");
        require(
                inputs.size() == 2 || wan || url != null && guided(),
                "expected two pictures, START and END; for one video add --times 2, for a start"
                        + " picture alone --engine wan");
        require(
                wan || url != null || !guided(),
                "a prompt, --steps, --frame-length, --interpolation and --seed are of --engine"
                        + " wan");
        require(
                frames == null || !wan,
                "--frames is of engine rife; wan takes --frame-length and --interpolation");
        require(
                frames == null || frameLength == null && interpolation == null,
                "--frames, or --frame-length and --interpolation, not both");
        requireOneOf("--resolution", resolution, RESOLUTIONS);
        requireIn("--frames", frames, 2, 10_000);
        requireIn("--fps", fps, 1, 1000);
        requireIn("--steps", steps, 4, 20);
        requireIn("--frame-length", frameLength, 17, 129);
        requireOneOf("--interpolation", interpolation, INTERPOLATIONS);
        require(
                url == null
                        || frames == null
                        || (frames >= SERVER_MIN && frames <= SERVER_MAX && frames % 2 == 1),
                "--frames with --url: expected an odd number from 33 to 257, found " + frames);
        try {
            if (seed != null) {
                Long.parseUnsignedLong(seed);
            }
        } catch (NumberFormatException notASeed) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--seed: expected 0 to 18446744073709551615, found " + seed,
                    notASeed);
        }
        try {
            if (url != null) {
                EndpointUrl.of(url, "interpolate");
            }
        } catch (IllegalArgumentException notAUrl) {
            throw new ParameterException(
                    spec.commandLine(), "--url: " + notAUrl.getMessage(), notAUrl);
        }
    }

    /** Whether something is asked for that only a video model can do. */
    private boolean guided() {
        return prompt != null
                || negativePrompt != null
                || steps != null
                || frameLength != null
                || interpolation != null
                || seed != null;
    }

    private void requireIn(String option, @Nullable Integer found, int min, int max) {
        require(
                found == null || (found >= min && found <= max),
                "%s: expected %d to %d, found %s".formatted(option, min, max, found));
    }

    private void requireOneOf(String option, @Nullable Integer found, List<Integer> allowed) {
        require(
                found == null || allowed.contains(found),
                "%s: expected one of %s, found %s".formatted(option, allowed, found));
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
