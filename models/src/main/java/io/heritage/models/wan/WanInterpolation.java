package io.heritage.models.wan;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.FrameSink;
import io.heritage.models.Work;
import io.heritage.models.Work.Stage;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.rife.Rife;
import io.heritage.models.torch.OutOfDeviceMemory;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.dit.LatentSize;
import io.heritage.models.wan.sampling.Sampler;
import io.heritage.models.wan.sampling.SigmaTable;
import io.heritage.models.wan.sampling.TorchGenerator;
import io.heritage.models.wan.text.Umt5.LayerListener;
import io.heritage.models.wan.vae.Conditioning;
import io.heritage.schemas.SampleDepth;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Wan2.2, opened: makes a video between two images. One thread at a time. */
public final class WanInterpolation implements AutoCloseable {
    private final TorchRuntime runtime;
    private final WanFiles files;
    private final WanSettings settings;
    private final Rife rife;
    private final WanNetworks networks;
    private final PromptRows prompts;

    /** Tokens of the smallest video for which memory ran out. */
    private final Map<Residency, Long> tooMany = new EnumMap<>(Residency.class);

    /**
     * Facts about a finished video.
     *
     * @param highSteps steps of the high-noise expert
     * @param residency final residency of the weights
     * @param fallbacks residencies taken after memory ran out, in order
     */
    public record Interpolated(
            int frames, int highSteps, Residency residency, List<Residency> fallbacks) {
        public Interpolated {
            fallbacks = List.copyOf(fallbacks);
        }
    }

    private WanInterpolation(
            TorchRuntime runtime,
            WanFiles files,
            WanSettings settings,
            Rife rife,
            WanNetworks networks) {
        this.runtime = runtime;
        this.files = files;
        this.settings = settings;
        this.rife = rife;
        this.networks = networks;
        this.prompts = new PromptRows(runtime);
    }

    /**
     * Checks all files and loads what fits; the caller closes it, before {@code rife} and the
     * runtime.
     *
     * @param rife for the frames between those of the experts
     * @throws io.heritage.models.checkpoint.CheckpointMismatch saying what a wrong file is
     * @throws DoesNotFit if not even one block at a time fits
     */
    public static WanInterpolation open(
            TorchRuntime runtime, WanFiles files, WanSettings settings, Rife rife, Work work) {
        var networks = new WanNetworks(runtime, files, settings);
        try {
            var interpolation = new WanInterpolation(runtime, files, settings, rife, networks);
            interpolation.load(work);
            return interpolation;
        } catch (RuntimeException e) {
            networks.close();
            throw e;
        }
    }

    /** Loads as many weights as fit beside the smallest possible video. */
    private void load(Work work) {
        LatentSize smallest = new LatentSize(2, 2, 2);
        fit(smallest);
        if (networks.residency() == Residency.ALL) {
            try {
                networks.loadAll(work);
            } catch (OutOfDeviceMemory _) {
                ranOut(Residency.ALL, smallest);
                fit(smallest);
            }
        }
    }

    /** Whether the weights are small random ones, for tests and demonstrations. */
    public boolean tiny() {
        return networks.tiny();
    }

    public WanFiles files() {
        return files;
    }

    public WanSettings settings() {
        return settings;
    }

    /** Estimated memory of a video. */
    WanMemoryEstimate estimate(LatentSize size) {
        return networks.estimate(size);
    }

    /**
     * Keeps as many weights on the device as this video allows, by the estimate and by earlier
     * shortages of memory.
     */
    private void fit(LatentSize size) {
        WanMemoryEstimate estimate = networks.estimate(size);
        long bytes = settings.deviceBytes() == 0 ? Long.MAX_VALUE : settings.deviceBytes();
        Residency most =
                estimate.fitting(bytes)
                        .orElseThrow(() -> new DoesNotFit(why(size, estimate), null));
        networks.keep(
                Arrays.stream(Residency.values())
                        .filter(residency -> residency.compareTo(most) >= 0)
                        .filter(residency ->
                                size.tokens() < tooMany.getOrDefault(residency, Long.MAX_VALUE))
                        .findFirst()
                        .orElse(Residency.SWAP_BLOCKS));
    }

    private String why(LatentSize size, WanMemoryEstimate estimate) {
        return "a video of %d x %d with %d frames needs %d MiB even block by block, %d are available"
                .formatted(
                        8 * size.width(),
                        8 * size.height(),
                        4 * size.frames() - 3,
                        estimate.peak(Residency.SWAP_BLOCKS) >> 20,
                        settings.deviceBytes() >> 20);
    }

    /** Reduces the residency for videos of this size and larger ones from now on. */
    void ranOut(Residency residency, LatentSize size) {
        tooMany.merge(residency, size.tokens(), Math::min);
    }

    /**
     * Makes a video.
     *
     * @param sink takes {@code request.outputFrames()} frames of 8 bits, one at a time, the first
     *     before the last is computed
     * @throws IllegalArgumentException if the sink takes other than 8 bits
     * @throws DoesNotFit if the device's memory is too small for it
     * @throws io.heritage.models.PipelineCancelled between two blocks if {@code work} says so
     */
    public Interpolated interpolate(InterpolationRequest request, FrameSink sink, Work work) {
        if (sink.bits() != SampleDepth.EIGHT) {
            throw new IllegalArgumentException(
                    "Wan2.2 makes frames of 8 bits, the sink takes " + sink.bits());
        }
        runtime.enterThread();
        fit(request.latentSize());
        var stages = new RepeatedStages(request.latentSize(), work);
        try (TensorScope scope = runtime.newScope()) {
            IValue positive = stages.run(() -> rows(request.positivePrompt(), work));
            IValue negative =
                    settings.guidance().asksNegative()
                            ? stages.run(() -> rows(request.negativePrompt(), work))
                            : null;
            IValue images = stages.run(() -> images(scope, request, work));
            var given = new Denoiser.Inputs(request.latentSize(), images, positive, negative);
            IValue latent = stages.run(() -> latent(scope, request, given, work));
            networks.releaseExperts();
            var delivered = new DeliveredFrames(sink);
            stages.run(() -> {
                decode(latent, request, delivered.again(), work);
                return latent;
            });
        }
        int highSteps = settings.split().highSteps(table(request));
        return new Interpolated(
                request.outputFrames(), highSteps, networks.residency(), stages.fallbacks);
    }

    /** Runs the stages of a video, each again with less on the device when memory ran out. */
    private final class RepeatedStages {
        private final LatentSize size;
        private final Work work;
        private final List<Residency> fallbacks = new ArrayList<>();

        RepeatedStages(LatentSize size, Work work) {
            this.size = size;
            this.work = work;
        }

        <T> T run(Supplier<T> stage) {
            while (true) {
                try {
                    return stage.get();
                } catch (OutOfDeviceMemory e) {
                    Residency before = networks.residency();
                    if (before == Residency.SWAP_BLOCKS) {
                        throw new DoesNotFit(
                                "the device has no memory left even block by block", e);
                    }
                    ranOut(before, size);
                    fit(size);
                    fallbacks.add(networks.residency());
                    work.shortage().met(networks.residency().name().toLowerCase(Locale.ROOT));
                }
            }
        }
    }

    private IValue rows(String prompt, Work work) {
        IValue known = prompts.known(prompt);
        if (known != null) {
            return known;
        }
        return networks.withText(encoder -> {
            LayerListener layers =
                    (layer, _) ->
                            work.advanced(
                                    Stage.TEXT, layer + 1, encoder.network().layout().layers());
            return prompts.keep(prompt, scope -> encoder.encode(scope, prompt, layers));
        });
    }

    private IValue images(TensorScope scope, InterpolationRequest request, Work work) {
        var encoder = networks.encoder();
        try (TensorScope own = runtime.newScope()) {
            IValue start = encoder.image(own, request.start(), request.height(), request.width());
            var given =
                    new Conditioning(
                            Conditioning.Mode.LAST_FRAME,
                            request.frames(),
                            start,
                            end(own, request));
            var counter = work.counting(Stage.ENCODE, encoder.steps(request.frames()));
            return given.tensor(scope, encoder, counter::next);
        }
    }

    private @Nullable IValue end(TensorScope scope, InterpolationRequest request) {
        return request.end() == null
                ? null
                : networks.encoder().image(scope, request.end(), request.height(), request.width());
    }

    private SigmaTable table(InterpolationRequest request) {
        return SigmaTable.of(settings.solver(), request.steps(), settings.shift());
    }

    private IValue latent(
            TensorScope scope, InterpolationRequest request, Denoiser.Inputs given, Work work) {
        LatentSize size = given.size();
        TensorShape shape =
                TensorShape.of(LatentSize.CHANNELS, size.frames(), size.height(), size.width());
        var generator = new TorchGenerator(request.seed());
        Function<TensorScope, IValue> draw = s -> generator.normal(s, shape);
        var walk = new Sampler.Walk(settings.solver(), table(request), settings.split(), draw);
        var denoiser =
                new Denoiser(
                        networks.sampler(),
                        expert -> networks.expert(expert, work),
                        settings.guidance());
        var counter = work.counting(Stage.DIFFUSE, denoiser.passes(walk) * networks.layers());
        try (TensorScope own = runtime.newScope()) {
            return denoiser.latent(
                    scope, draw.apply(own), given, walk, counter::next, (_, _) -> {});
        }
    }

    private void decode(IValue latent, InterpolationRequest request, FrameSink sink, Work work) {
        var decoder = networks.decoder();
        int latentFrames = request.latentSize().frames();
        int chunk = settings.decodeChunk();
        var counter = work.counting(Stage.DECODE, decoder.steps(latentFrames, chunk));
        var format =
                new FrameStream.Format(request.width(), request.height(), request.multiplier());
        try (var stream =
                new FrameStream(runtime, decoder, rife, format, sink, work.cancellation())) {
            decoder.decode(
                    latent,
                    latentFrames,
                    chunk,
                    (scope, raw, count) -> stream.add(decoder.pictures(scope, raw), count),
                    counter::next);
            stream.finish();
        }
    }

    /** Delivers each frame once, also when the stage that makes them is repeated. */
    private static final class DeliveredFrames {
        private final FrameSink sink;
        private int count;

        DeliveredFrames(FrameSink sink) {
            this.sink = sink;
        }

        FrameSink again() {
            return new FrameSink() {
                private int index;

                @Override
                public void accept(ByteBuffer rgb, int frames) {
                    if (index == count) {
                        count += frames;
                        sink.accept(rgb, frames);
                    }
                    index += frames;
                }
            };
        }
    }

    @Override
    public void close() {
        prompts.close();
        networks.close();
    }
}
