package io.heritage.benchmarks;

import ai.djl.pytorch.jni.IValue;
import io.heritage.media.ImageLimits;
import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoReader;
import io.heritage.media.VideoWriter;
import io.heritage.models.Work;
import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.models.seedvr2.clip.ClipRestorer;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.dit.TokenGrid;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.seedvr2.frame.RgbClip;
import io.heritage.models.seedvr2.memory.RestoreFlops;
import io.heritage.models.seedvr2.sampling.Noise;
import io.heritage.models.seedvr2.vae.ClipVae;
import io.heritage.models.seedvr2.vae.VaeLayout;
import io.heritage.models.seedvr2.weights.TextEmbedding;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Restores an mp4 with SeedVR2 on the CPU in float32 and prints seconds, rate and memory of every
 * stage. If a Python with torch is given, the networks also run in eager PyTorch, in turns; both
 * must give the same numbers.
 *
 * <p>Arguments: model {@code tiny}, {@code 3b} or {@code 7b} (tiny); WIDTHxHEIGHT, multiples of 16
 * (64x64); frames, 4n + 1 (5); blocks of the transformer of 3b and 7b, whose weights are random
 * (2); runs (3); threads (one a core); the Python (none).
 */
public final class RestoreBenchmark {
    private static final String[] STAGES = {
        "decode", "VAE encode", "DiT", "VAE decode", "colour fix", "encode"
    };
    private static final Rational RATE = new Rational(25, 1);

    private final Path folder;
    private final TorchRuntime runtime;
    private final SeedVr2 model;
    private final FrameGeometry geometry;
    private final int frames;
    private final int runs;

    private RestoreBenchmark(
            Path folder,
            TorchRuntime runtime,
            SeedVr2 model,
            FrameGeometry geometry,
            int frames,
            int runs) {
        this.folder = folder;
        this.runtime = runtime;
        this.model = model;
        this.geometry = geometry;
        this.frames = frames;
        this.runs = runs;
    }

    public static void main(String[] arguments) throws Exception {
        var given = new Arguments(arguments);
        String name = given.text("tiny");
        var size = given.size("64x64");
        int frames = given.number(5);
        int blocks = given.number(2);
        int runs = given.number(3);
        int threads = given.number(Runtime.getRuntime().availableProcessors());
        Path folder = Files.createTempDirectory("heritage-restore-benchmark-");
        try (TorchRuntime runtime = TorchRuntime.start(TorchOptions.cpu(threads))) {
            runtime.enterThread();
            SeedVr2Files files = files(name, folder, blocks);
            try (SeedVr2 model = SeedVr2.open(runtime, files, Precision.FP32, Work.UNWATCHED)) {
                var geometry = FrameGeometry.exact(size, size);
                var benchmark =
                        new RestoreBenchmark(folder, runtime, model, geometry, frames, runs);
                System.out.printf(
                        "SeedVR2 %s, %d blocks, %dx%d, %d frames, fp32, threads %d%n",
                        name,
                        model.networks().dit().layers(),
                        size.width(),
                        size.height(),
                        frames,
                        threads);
                benchmark.stages();
                if (given.hasMore()) {
                    benchmark.race(files, Path.of(given.text("")), threads);
                }
            }
        } finally {
            Arguments.delete(folder);
        }
    }

    private static SeedVr2Files files(String name, Path folder, int blocks) {
        return switch (name) {
            case "tiny" -> SeedVr2Tiny.write(folder, SeedVr2Variant.SEEDVR2_3B);
            case "3b" -> SeedVr2Tiny.writeWide(folder, SeedVr2Variant.SEEDVR2_3B, blocks);
            case "7b" -> SeedVr2Tiny.writeWide(folder, SeedVr2Variant.SEEDVR2_7B, blocks);
            default ->
                    throw new IllegalArgumentException(
                            "model '%s', one of tiny, 3b, 7b".formatted(name));
        };
    }

    private void stages() throws Exception {
        Path video = folder.resolve("in.mp4");
        write(video, waves());
        var times = new StageTimes(STAGES);
        var networks = model.networks();
        var work =
                RestoreFlops.of(
                        networks.dit(),
                        networks.vae(),
                        frames,
                        geometry.network(),
                        networks.positive().tokens());
        times.operations("VAE encode", work.encode());
        times.operations("DiT", work.diffuse());
        times.operations("VAE decode", work.decode());
        for (int run = 0; run <= runs; run++) {
            restore(video, run == 0 ? new StageTimes(STAGES) : times);
        }
        times.print(frames);
    }

    private void restore(Path video, StageTimes times) throws Exception {
        RgbClip clip = times.time("decode", () -> read(video));
        var restorer =
                new ClipRestorer(runtime, model.networks(), RestoreOptions.DEFAULT, Work.UNWATCHED);
        int latentFrames = restorer.latentFrames(frames);
        List<ByteBuffer> restored = new ArrayList<>();
        try (TensorScope scope = runtime.newScope()) {
            Noise noise = Noise.seeded(1).drawn(scope, latentFrames, geometry);
            IValue condition =
                    times.time(
                            "VAE encode", () -> restorer.condition(scope, clip, geometry, noise));
            IValue latent =
                    times.time(
                            "DiT",
                            () ->
                                    restorer.diffuse(
                                            scope, condition, latentFrames, geometry, noise));
            decode(restorer, latent, latentFrames, clip, times, restored);
        }
        times.time("encode", () -> write(folder.resolve("out.mp4"), restored));
        times.endRun();
    }

    /** Each slice is finished before the next is decoded, as the service does it. */
    private void decode(
            ClipRestorer restorer,
            IValue latent,
            int latentFrames,
            RgbClip clip,
            StageTimes times,
            List<ByteBuffer> restored)
            throws Exception {
        double[] finishing = {0};
        long start = System.nanoTime();
        restorer.decode(
                latent,
                latentFrames,
                geometry,
                (scope, decoded, first, count) -> {
                    long begun = System.nanoTime();
                    IValue fixed = restorer.finish(scope, decoded, clip, geometry, first, count);
                    ByteBuffer rgb =
                            model.networks().pixels().bytes(scope, fixed, count, geometry.output());
                    int bytes = RgbClip.bytesPerFrame(geometry.output());
                    for (int i = 0; i < count; i++) {
                        restored.add(rgb.slice(i * bytes, bytes));
                    }
                    finishing[0] += (System.nanoTime() - begun) / 1e9;
                });
        times.add("VAE decode", (System.nanoTime() - start) / 1e9 - finishing[0]);
        times.add("colour fix", finishing[0]);
    }

    private RgbClip read(Path video) throws IOException {
        int bytes = RgbClip.bytesPerFrame(geometry.input());
        ByteBuffer rgb = ByteBuffer.allocateDirect(frames * bytes);
        try (VideoReader reader = VideoReader.open(video, ImageLimits.DEFAULT)) {
            for (VideoFrame next = reader.next(); next != null; next = reader.next()) {
                try (VideoFrame frame = next) {
                    rgb.put(frame.pixels().pixels());
                }
            }
        }
        return new RgbClip(geometry.input(), frames, rgb.flip());
    }

    private Path write(Path video, List<ByteBuffer> pictures) throws IOException {
        int width = geometry.output().width();
        int height = geometry.output().height();
        var encoding = VideoEncoding.of(new io.heritage.schemas.FrameSize(width, height), RATE);
        try (VideoWriter writer = VideoWriter.open(video, encoding, null)) {
            for (int i = 0; i < pictures.size(); i++) {
                try (RgbFrame frame = RgbFrame.copyOf(width, height, pictures.get(i))) {
                    writer.write(frame, i, 1);
                }
            }
            writer.finish();
        }
        return video;
    }

    private List<ByteBuffer> waves() {
        var size = geometry.input();
        List<ByteBuffer> pictures = new ArrayList<>();
        for (int t = 0; t < frames; t++) {
            ByteBuffer rgb = ByteBuffer.allocateDirect(RgbClip.bytesPerFrame(size));
            for (int y = 0; y < size.height(); y++) {
                for (int x = 0; x < size.width(); x++) {
                    double wave = Math.sin(0.1 * (x + 2 * t)) + Math.cos(0.07 * y - 0.03 * x);
                    for (int channel = 0; channel < 3; channel++) {
                        rgb.put((byte) Math.round(128 + 40 * wave + 15 * channel));
                    }
                }
            }
            pictures.add(rgb.flip());
        }
        return pictures;
    }

    private void race(SeedVr2Files files, Path python, int threads) throws IOException {
        try (var peer = EagerPeer.start(python, threads, folder)) {
            peer.weights("vae", files.vae());
            peer.weights("dit", files.dit());
            peer.input("groups", EagerRace.number(model.networks().vae().groups()), 1);
            var race = new EagerRace(runtime, peer, runs);
            race(peer, race);
        }
    }

    private void race(EagerPeer peer, EagerRace race) throws IOException {
        FrameSize size = geometry.network();
        int latentFrames = (frames - 1) / VaeLayout.TEMPORAL_FACTOR + 1;
        int height = size.height() / VaeLayout.SPATIAL_FACTOR;
        int width = size.width() / VaeLayout.SPATIAL_FACTOR;
        var networks = model.networks();
        var vae = new ClipVae(runtime, networks.vae(), RestoreOptions.DEFAULT.sliceFrames(), null);

        long[] video = {frames, 3, size.height(), size.width()};
        ByteBuffer pixels = EagerRace.normal(video);
        peer.input("frames", pixels, video);
        int frameBytes = pixels.remaining() / frames;
        race.run(
                "seedvr2.encode",
                scope ->
                        vae.encode(
                                scope,
                                latentFrames,
                                height,
                                width,
                                (s, first, count) ->
                                        EagerRace.tensor(
                                                s,
                                                pixels.slice(first * frameBytes, count * frameBytes)
                                                        .order(pixels.order()),
                                                count,
                                                3,
                                                size.height(),
                                                size.width()),
                                (_, _) -> {}));

        long[] noisy = {latentFrames, height, width, 33};
        long[] words = {58, networks.positive().width()};
        ByteBuffer noise = EagerRace.normal(noisy);
        ByteBuffer text = EagerRace.normal(words);
        peer.input("noisy", noise, noisy);
        peer.input("text", text, words);
        var grid = TokenGrid.ofLatent(latentFrames, height, width);
        race.run(
                "seedvr2.dit",
                scope ->
                        networks.dit()
                                .velocity(
                                        scope,
                                        EagerRace.tensor(scope, noise, noisy),
                                        new TextEmbedding(
                                                EagerRace.tensor(scope, text, words),
                                                (int) words[0],
                                                (int) words[1]),
                                        1000,
                                        grid,
                                        () -> {}));

        long[] clip = {latentFrames, height, width, 16};
        ByteBuffer latent = EagerRace.normal(clip);
        peer.input("latent", latent, clip);
        race.run(
                "seedvr2.decode",
                scope -> {
                    List<IValue> slices = new ArrayList<>();
                    vae.decode(
                            EagerRace.tensor(scope, latent, clip),
                            latentFrames,
                            height,
                            width,
                            (own, slice, _, _) -> slices.add(own.moveTo(scope, slice)),
                            (_, _) -> {});
                    return networks.vae().join(scope, slices);
                });
    }
}
