package io.heritage.models.wan;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.rife.Rife;
import io.heritage.models.torch.OutOfDeviceMemory;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.Work.Stage;
import io.heritage.models.wan.dit.LatentSize;
import io.heritage.models.wan.sampling.Expert;
import io.heritage.models.wan.sampling.Sampler;
import io.heritage.models.wan.sampling.SigmaTable;
import io.heritage.models.wan.sampling.TorchGenerator;
import io.heritage.models.wan.text.Umt5.LayerListener;
import io.heritage.models.wan.vae.Conditioning;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Wan2.2 that is ready: makes a video between two images. One thread at a time. */
public final class WanInterpolation implements AutoCloseable {
    private final TorchRuntime runtime;
    private final WanFiles files;
    private final WanSettings settings;
    private final Rife rife;
    private final WanNetworks networks;
    private final PromptRows prompts;

    /**
     * What was made.
     *
     * @param highSteps steps of the high-noise expert
     * @param residency what stayed on the device
     */
    public record Interpolated(int frames, int highSteps, Residency residency) {}

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
     * @throws io.heritage.models.checkpoint.CheckpointMismatch that says what a wrong file is
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

    /** As much as fits beside the smallest video there is. */
    private void load(Work work) {
        fit(new LatentSize(2, 2, 2));
        if (networks.residency() == Residency.ALL) {
            try {
                networks.loadAll(work);
            } catch (OutOfDeviceMemory _) {
                networks.limitTo(Residency.ONE_EXPERT);
            }
        }
    }

    /** For tests. */
    WanNetworks networks() {
        return networks;
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

    /** What a video will take, before it is started. */
    public MemoryEstimate estimate(LatentSize size) {
        return networks.estimate(size);
    }

    /** Keeps less on the device if this video needs the room. */
    private void fit(LatentSize size) {
        if (settings.deviceBytes() == 0) {
            return;
        }
        MemoryEstimate estimate = networks.estimate(size);
        networks.limitTo(
                estimate.fitting(settings.deviceBytes())
                        .orElseThrow(() ->
                                new DoesNotFit(
                                        "a video of %d x %d with %d latent frames needs %d MiB even block by block, there are %d"
                                                .formatted(
                                                        8 * size.width(),
                                                        8 * size.height(),
                                                        size.frames(),
                                                        estimate.peak(Residency.SWAP_BLOCKS) >> 20,
                                                        settings.deviceBytes() >> 20),
                                        null)));
    }

    /**
     * Makes a video.
     *
     * @param sink takes {@code request.outputFrames()} frames, the first before the last is
     *     computed
     * @throws DoesNotFit if the device's memory is too small for it
     * @throws io.heritage.models.PipelineCancelled between two blocks if {@code work} says so
     */
    public Interpolated interpolate(InterpolationRequest request, FrameSink sink, Work work) {
        runtime.enterThread();
        fit(request.latentSize());
        try (TensorScope scope = runtime.newScope()) {
            IValue positive = climb(() -> rows(request.positivePrompt(), work));
            IValue negative =
                    settings.guidance().asksNegative()
                            ? climb(() -> rows(request.negativePrompt(), work))
                            : null;
            IValue images = climb(() -> images(scope, request, work));
            var given = new Denoiser.Given(request.latentSize(), images, positive, negative);
            IValue latent = climb(() -> latent(scope, request, given, work));
            networks.releaseExperts();
            var delivered = new Delivered(sink);
            climb(() -> {
                decode(latent, request, delivered.again(), work);
                return latent;
            });
        }
        int highSteps = settings.split().highSteps(table(request));
        return new Interpolated(request.outputFrames(), highSteps, networks.residency());
    }

    /** Runs a stage, again with less on the device whenever it has no memory left. */
    private <T> T climb(Supplier<T> stage) {
        while (true) {
            try {
                return stage.get();
            } catch (OutOfDeviceMemory e) {
                Residency next =
                        switch (networks.residency()) {
                            case ALL -> Residency.ONE_EXPERT;
                            case ONE_EXPERT -> Residency.SWAP_BLOCKS;
                            case SWAP_BLOCKS ->
                                    throw new DoesNotFit(
                                            "the device has no memory left even block by block", e);
                        };
                networks.limitTo(next);
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
            TensorScope scope, InterpolationRequest request, Denoiser.Given given, Work work) {
        LatentSize size = given.size();
        TensorShape shape =
                TensorShape.of(LatentSize.CHANNELS, size.frames(), size.height(), size.width());
        var generator = new TorchGenerator(request.seed());
        Function<TensorScope, IValue> draw = s -> generator.normal(s, shape);
        var walk = new Sampler.Walk(settings.solver(), table(request), settings.split(), draw);
        var denoiser = new Denoiser(networks.sampler(), networks::expert, settings.guidance());
        int layers = networks.expert(Expert.HIGH_NOISE).layers();
        var counter = work.counting(Stage.DIFFUSE, denoiser.passes(walk) * layers);
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

    /** Frames that went out once; those of a repeated stage do not go out again. */
    private static final class Delivered {
        private final FrameSink sink;
        private int count;

        Delivered(FrameSink sink) {
            this.sink = sink;
        }

        FrameSink again() {
            return (index, rgb) -> {
                if (index == count) {
                    count++;
                    sink.frame(index, rgb);
                }
            };
        }
    }

    /** Names and hashes of all files, which are read whole for it. */
    public List<WanFiles.Origin> origins() {
        return files.origins();
    }

    @Override
    public void close() {
        prompts.close();
        networks.close();
    }
}
