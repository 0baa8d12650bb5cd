package io.heritage.benchmarks;

import ai.djl.pytorch.jni.IValue;
import io.heritage.media.PngEncoder;
import io.heritage.media.RgbFrame;
import io.heritage.models.Cancellation;
import io.heritage.models.checkpoint.SafetensorsWriter;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.rife.Rife;
import io.heritage.models.rife.RifeFlops;
import io.heritage.models.rife.RifeOptions;
import io.heritage.models.rife.RifeWeights;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.FrameStream;
import io.heritage.models.wan.dit.DitOptions;
import io.heritage.models.wan.dit.LatentSize;
import io.heritage.models.wan.dit.WanDit;
import io.heritage.models.wan.dit.WanDitLayout;
import io.heritage.models.wan.text.Umt5;
import io.heritage.models.wan.text.Umt5Layout;
import io.heritage.models.wan.vae.Conditioning;
import io.heritage.models.wan.vae.VaeDecoder;
import io.heritage.models.wan.vae.VaeEncoder;
import io.heritage.models.wan.vae.VaeFlops;
import io.heritage.models.wan.vae.WanVaeLayout;
import io.heritage.models.wan.weights.Float8Storage;
import io.heritage.models.wan.weights.KeyNaming;
import io.heritage.models.wan.weights.WeightFile;
import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Wan2.2 with random weights on the CPU in float32: seconds, rate and memory of every stage, from a
 * prompt and two images to PNG frames. If a Python with torch is given, an expert and the VAE's
 * decoder also run in eager PyTorch, in turns; both must give the same numbers. PNG against
 * ImageIO: {@link PngBenchmark}; RIFE against eager PyTorch: {@link RifeBenchmark}.
 *
 * <p>Arguments: {@code tiny} or {@code wide}, which is as wide as the published networks (tiny);
 * WIDTHxHEIGHT, multiples of 16 (64x64); frames, 4n + 1 (5); blocks of the expert and layers of the
 * text encoder (1); passes of the expert (2); runs (3); threads (one a core); the Python (none).
 */
public final class WanBenchmark {
    private static final String[] STAGES = {
        "text", "VAE encode", "diffuse", "VAE decode", "RIFE", "PNG"
    };
    private static final int FLOAT32 = 6;
    private static final int TEXT_ROWS = 512;
    private static final int PROMPT_TOKENS = 40;
    private static final int VOCABULARY = 420;
    private static final int MULTIPLIER = 2;
    private static final double TIMESTEP = 900;

    private final TorchRuntime runtime;
    private final LoadedNetworks networks;
    private final FrameSize size;
    private final int frames;
    private final int passes;
    private final int runs;

    /** Sizes of the networks. */
    private record Layouts(WanDitLayout expert, int headSize, Umt5Layout text, WanVaeLayout vae) {
        static Layouts named(String name, int blocks) {
            return switch (name) {
                case "tiny" ->
                        new Layouts(
                                new WanDitLayout(64, 128, blocks, 36, 16, 256, 64),
                                32,
                                new Umt5Layout(VOCABULARY, 64, 64, 128, 4, blocks),
                                new WanVaeLayout(8, 16));
                case "wide" ->
                        new Layouts(
                                new WanDitLayout(5120, 13_824, blocks, 36, 16, 256, 4096),
                                128,
                                new Umt5Layout(VOCABULARY, 4096, 4096, 10_240, 64, blocks),
                                WanVaeLayout.WAN21);
                default ->
                        throw new IllegalArgumentException(
                                "networks '%s', one of tiny, wide".formatted(name));
            };
        }
    }

    private record LoadedNetworks(
            Layouts layouts,
            Umt5 text,
            WanDit expert,
            VaeEncoder encoder,
            VaeDecoder decoder,
            Rife rife) {}

    private WanBenchmark(
            TorchRuntime runtime,
            LoadedNetworks networks,
            FrameSize size,
            int frames,
            int passes,
            int runs) {
        this.runtime = runtime;
        this.networks = networks;
        this.size = size;
        this.frames = frames;
        this.passes = passes;
        this.runs = runs;
    }

    public static void main(String[] arguments) throws Exception {
        var given = new Arguments(arguments);
        String name = given.text("tiny");
        var size = given.size("64x64");
        int frames = given.number(5);
        int blocks = given.number(1);
        int passes = given.number(2);
        int runs = given.number(3);
        int threads = given.number(Runtime.getRuntime().availableProcessors());
        Path folder = Files.createTempDirectory("heritage-wan-benchmark-");
        var layouts = Layouts.named(name, blocks);
        Path expertFile = write(folder, "expert", layouts.expert.expected());
        Path textFile = write(folder, "text", layouts.text.expected());
        Path vaeFile = write(folder, "vae", layouts.vae.expected());
        try (TorchRuntime runtime = TorchRuntime.start(TorchOptions.cpu(threads));
                WeightFile expert = WeightFile.open(expertFile, KeyNaming.DIT);
                WeightFile text = WeightFile.open(textFile, KeyNaming.UMT5);
                WeightFile vae = WeightFile.open(vaeFile, KeyNaming.VAE);
                Umt5 encoder = Umt5.load(runtime, text, FLOAT32, Float8Storage.WIDEN);
                WanDit dit =
                        WanDit.open(
                                runtime,
                                expert,
                                Map.of(),
                                DitOptions.float32(layouts.headSize, TEXT_ROWS));
                VaeEncoder vaeEncoder = VaeEncoder.load(runtime, vae);
                VaeDecoder vaeDecoder = VaeDecoder.load(runtime, vae, FLOAT32);
                Rife rife = Rife.load(runtime, RifeWeights.embedded(), RifeOptions.defaults())) {
            runtime.enterThread();
            dit.loadBlocks((_, _) -> {});
            System.out.printf(
                    "Wan2.2 %s, %d blocks, %d passes, %dx%d, %d frames, fp32, threads %d%n",
                    name, blocks, passes, size.width(), size.height(), frames, threads);
            var networks = new LoadedNetworks(layouts, encoder, dit, vaeEncoder, vaeDecoder, rife);
            var benchmark = new WanBenchmark(runtime, networks, size, frames, passes, runs);
            benchmark.stages();
            if (given.hasMore()) {
                try (var peer = EagerPeer.start(Path.of(given.text("")), threads, folder)) {
                    peer.weights("dit", expertFile);
                    peer.weights("vae", vaeFile);
                    benchmark.race(peer);
                }
            }
        } finally {
            Arguments.delete(folder);
        }
    }

    private static Path write(Path folder, String name, Map<String, TensorShape> shapes)
            throws IOException {
        Path file = folder.resolve(name + ".safetensors");
        var random = new SplittableRandom(22);
        SafetensorsWriter.write(file, shapes, Map.of(), (key, shape) -> values(random, key, shape));
        return file;
    }

    /** Weights that keep activations near a deviation of 1; norms are near 1. */
    private static float[] values(RandomGenerator random, String key, TensorShape shape) {
        boolean norm = key.contains("norm") && key.endsWith("weight") || key.endsWith("gamma");
        boolean flat = shape.sizes().size() == 1 || norm || key.endsWith("modulation");
        double inputs = (double) shape.elements() / shape.sizes().getFirst();
        double deviation = flat ? 0.02 : 1 / Math.sqrt(inputs);
        float[] values = new float[Math.toIntExact(shape.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((norm ? 1 : 0) + deviation * random.nextGaussian());
        }
        return values;
    }

    private LatentSize latentSize() {
        return LatentSize.ofVideo(frames, size.height(), size.width());
    }

    private void stages() throws Exception {
        var times = new StageTimes(STAGES);
        var layouts = networks.layouts;
        var work = VaeFlops.of(layouts.vae, frames, size.height(), size.width());
        long pass = layouts.expert.flops(latentSize().tokens(), TEXT_ROWS);
        long rife = RifeFlops.of(size.width(), size.height()).perFrame();
        times.operations("text", layouts.text.flops(PROMPT_TOKENS));
        times.operations("VAE encode", work.encode());
        times.operations("diffuse", (double) passes * pass);
        times.operations("VAE decode", work.decode());
        times.operations("RIFE", (double) (frames - 1) * rife);
        for (int run = 0; run <= runs; run++) {
            interpolate(run == 0 ? new StageTimes(STAGES) : times);
        }
        times.print(FrameStream.count(frames, MULTIPLIER));
    }

    private void interpolate(StageTimes times) throws Exception {
        try (TensorScope scope = runtime.newScope()) {
            List<Integer> ids = IntStream.range(0, PROMPT_TOKENS).map(i -> i + 3).boxed().toList();
            IValue rows = times.time("text", () -> networks.text.encode(scope, ids, (_, _) -> {}));
            IValue images = times.time("VAE encode", () -> images(scope));
            IValue latent = times.time("diffuse", () -> latent(scope, images, rows));
            decode(latent, times);
        }
        times.endRun();
    }

    private IValue images(TensorScope scope) {
        var encoder = networks.encoder;
        ByteBuffer picture = ByteBuffer.allocateDirect(3 * size.width() * size.height());
        for (int i = 0; i < picture.capacity(); i++) {
            picture.put(i, (byte) (128 + 100 * Math.sin(0.01 * i)));
        }
        IValue start = encoder.image(scope, picture, size.height(), size.width());
        IValue end = encoder.image(scope, picture, size.height(), size.width());
        return new Conditioning(Conditioning.Mode.LAST_FRAME, frames, start, end)
                .tensor(scope, encoder, () -> {});
    }

    private IValue latent(TensorScope scope, IValue images, IValue rows) {
        long[] shape = {16, latentSize().frames(), latentSize().height(), latentSize().width()};
        IValue latent = EagerRace.tensor(scope, EagerRace.normal(shape), shape);
        for (int i = 0; i < passes; i++) {
            latent =
                    networks.expert.velocity(
                            scope, latentSize(), latent, images, TIMESTEP, rows, (_, _) -> {});
        }
        return latent;
    }

    /** Frames go through RIFE and into PNG files while the next ones are not yet decoded. */
    private void decode(IValue latent, StageTimes times) throws Exception {
        double[] rife = {0};
        double[] png = {0};
        var format = new FrameStream.Format(size.width(), size.height(), MULTIPLIER);
        long start = System.nanoTime();
        try (var encoder = new PngEncoder();
                var stream =
                        new FrameStream(
                                runtime,
                                networks.decoder,
                                networks.rife,
                                format,
                                (rgb, _) -> png[0] += encoded(encoder, rgb),
                                Cancellation.NEVER)) {
            networks.decoder.decode(
                    latent,
                    latentSize().frames(),
                    1,
                    (scope, raw, count) -> {
                        IValue pictures = networks.decoder.pictures(scope, raw);
                        rife[0] += seconds(() -> stream.add(pictures, count));
                    },
                    () -> {});
            rife[0] += seconds(stream::finish);
        }
        double all = (System.nanoTime() - start) / 1e9;
        times.add("VAE decode", all - rife[0]);
        times.add("RIFE", rife[0] - png[0]);
        times.add("PNG", png[0]);
    }

    private double encoded(PngEncoder encoder, ByteBuffer rgb) {
        return seconds(() -> {
            try (RgbFrame frame = RgbFrame.copyOf(size.width(), size.height(), rgb)) {
                encoder.encode(frame, OutputStream.nullOutputStream());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static double seconds(Runnable part) {
        long start = System.nanoTime();
        part.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private void race(EagerPeer peer) throws IOException {
        var race = new EagerRace(runtime, peer, runs);
        LatentSize latent = latentSize();
        long[] shape = {16, latent.frames(), latent.height(), latent.width()};
        long[] given = {20, latent.frames(), latent.height(), latent.width()};
        long[] words = {PROMPT_TOKENS, networks.layouts.expert.textWidth()};
        ByteBuffer x = EagerRace.normal(shape);
        ByteBuffer y = EagerRace.normal(given);
        ByteBuffer text = EagerRace.normal(words);
        peer.input("x", x, shape);
        peer.input("y", y, given);
        peer.input("text", text, words);
        peer.input("head", EagerRace.number(networks.layouts.headSize), 1);
        peer.input("latent", x, shape);
        race.run(
                "wan.dit",
                scope ->
                        networks.expert.velocity(
                                scope,
                                latent,
                                EagerRace.tensor(scope, x, shape),
                                EagerRace.tensor(scope, y, given),
                                TIMESTEP,
                                EagerRace.tensor(scope, text, words),
                                (_, _) -> {}));
        race.run(
                "wan.decode",
                scope -> {
                    List<IValue> chunks = new ArrayList<>();
                    networks.decoder.decode(
                            EagerRace.tensor(scope, x, shape),
                            latent.frames(),
                            1,
                            (own, raw, _) -> chunks.add(own.moveTo(scope, raw)),
                            () -> {});
                    return networks.decoder.joined(scope, chunks);
                });
    }
}
