package io.heritage.golden;

import ai.djl.pytorch.jni.IValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.seedvr2.vae.ClipVae;
import io.heritage.models.seedvr2.vae.Tiling;
import io.heritage.models.seedvr2.vae.Vae;
import io.heritage.models.seedvr2.vae.VaeLayout;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** SeedVR2's video VAE. */
final class SeedVr2VaeGoldens {
    private static final int FACTOR = VaeLayout.SPATIAL_FACTOR;

    private final TorchRuntime runtime;

    private SeedVr2VaeGoldens(TorchRuntime runtime) {
        this.runtime = runtime;
    }

    static List<GoldenKind> kinds(TorchRuntime runtime) {
        var vae = new SeedVr2VaeGoldens(runtime);
        Set<String> seedVr2 = Set.of("scaling_factor");
        return List.of(
                new GoldenKind("vae_layers", vae::layers),
                new GoldenKind("vae_encode", seedVr2, vae::encode),
                new GoldenKind("vae_decode", seedVr2, vae::decode),
                new GoldenKind("vae_tiled", vae::tiled),
                new GoldenKind("weights_vae", vae::weights));
    }

    /** Runs a layer on a clip [1, C, T, H, W]. */
    @FunctionalInterface
    private interface Layer {
        IValue run(IValue clip, IValue memory);
    }

    private void layers(GoldenVectors vectors) {
        try (TorchScript vae = runtime.load("seedvr2_vae");
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            IValue weights = scope.dictionary(in.weights());
            var layers = new Layers(vae, scope, weights);
            Map<String, Layer> all =
                    Map.of(
                            "conv_s1", (x, m) -> layers.conv("conv_s1", x, m, 1, 1),
                            "conv_s2", (x, m) -> layers.conv("conv_s2", x, m, 2, 1),
                            "conv_k1", (x, m) -> layers.conv("conv_k1", x, m, 1, 0),
                            "down_spatial",
                                    (x, m) -> layers.run("downsample", "down_spatial", x, m),
                            "down_both", (x, m) -> layers.run("downsample", "down_both", x, m),
                            "up_spatial", (x, m) -> layers.run("upsample", "up_spatial", x, m),
                            "up_both", (x, m) -> layers.run("upsample", "up_both", x, m));
            all.forEach((name, layer) -> {
                IValue memory = scope.call(vae, "memory");
                IValue start = layer.run(layers.frames(in.tensor("in.x"), 0, 5), memory);
                IValue rest = layer.run(layers.frames(in.tensor("in.x"), 5, 4), memory);
                in.check("out.%s.slice0".formatted(name), layers.plain(start));
                in.check("out.%s.slice1".formatted(name), layers.plain(rest));
            });
        }
    }

    private record Layers(TorchScript vae, TensorScope scope, IValue weights) {
        IValue conv(String key, IValue clip, IValue memory, int strideT, int pad) {
            return scope.call(
                    vae,
                    "conv",
                    weights,
                    scope.text(key),
                    clip,
                    memory,
                    scope.number((long) strideT),
                    scope.number((long) pad));
        }

        IValue run(String method, String key, IValue clip, IValue memory) {
            return scope.call(vae, method, weights, scope.text(key), clip, memory);
        }

        IValue frames(IValue clip, int first, int count) {
            return scope.call(
                    vae,
                    "narrow",
                    clip,
                    scope.number(2L),
                    scope.number((long) first),
                    scope.number((long) count));
        }

        IValue plain(IValue clip) {
            return scope.call(vae, "plain", clip);
        }
    }

    private void encode(GoldenVectors vectors) {
        try (Checkpoint file = vectors.openWeights();
                Vae vae = load(vectors, file, "config");
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            IValue encoded = encoded(scope, in, vae, null);
            IValue[] moments = scope.parts(scope.call(vae.script(), "moments", encoded));
            in.check("out.mean", moments[0]);
            in.check("out.logvar", moments[1]);
            in.check("out.latent", vae.sample(scope, encoded, in.tensor("in.noise")));
        }
    }

    private IValue encoded(TensorScope scope, GoldenTensors in, Vae vae, @Nullable Tiling tiling) {
        IValue frames = scope.call(vae.script(), "frames_of", in.tensor("in.x"));
        int latentFrames = (in.size("in.x", 2) - 1) / VaeLayout.TEMPORAL_FACTOR + 1;
        return new ClipVae(runtime, vae, slice(in.vectors()), tiling)
                .encode(
                        scope,
                        latentFrames,
                        in.size("in.x", 3) / FACTOR,
                        in.size("in.x", 4) / FACTOR,
                        (s, first, count) ->
                                s.call(
                                        vae.script(),
                                        "narrow",
                                        frames,
                                        s.number(0L),
                                        s.number((long) first),
                                        s.number((long) count)),
                        (_, _) -> {});
    }

    private void decode(GoldenVectors vectors) {
        try (Checkpoint file = vectors.openWeights();
                Vae vae = load(vectors, file, "config");
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            in.check("out.x", decoded(scope, vae, in, in.tensor("in.latent"), "in.latent", null));
        }
    }

    /** As a clip. */
    private IValue decoded(
            TensorScope scope,
            Vae vae,
            GoldenTensors in,
            IValue latent,
            String sizesOf,
            @Nullable Tiling tiling) {
        List<IValue> slices = new ArrayList<>();
        boolean channelsFirst = in.vectors().tensor(sizesOf).shape().sizes().size() == 5;
        new ClipVae(runtime, vae, slice(in.vectors()), tiling)
                .decode(
                        latent,
                        in.size(sizesOf, channelsFirst ? 2 : 0),
                        in.size(sizesOf, channelsFirst ? 3 : 1),
                        in.size(sizesOf, channelsFirst ? 4 : 2),
                        (s, frames, _, _) -> slices.add(s.moveTo(scope, frames)),
                        (_, _) -> {});
        return scope.call(vae.script(), "clip_of", vae.join(scope, slices));
    }

    private void tiled(GoldenVectors vectors) {
        var tiling = new Tiling(axis(vectors, 0), axis(vectors, 1));
        try (Checkpoint file = vectors.openWeights();
                Vae vae = load(vectors, file, "config");
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            IValue encoded = encoded(scope, in, vae, tiling);
            in.check("out.h", scope.call(vae.script(), "clip_of", encoded));
            IValue latent = vae.scaled(scope, in.tensor("in.z"));
            in.check("out.y", decoded(scope, vae, in, latent, "in.z", tiling));
        }
    }

    /** Sizes are [height, width]. */
    private static Tiling.Axis axis(GoldenVectors vectors, int axis) {
        return new Tiling.Axis(
                vectors.description().path("tile_size_px").path(axis).asInt(),
                vectors.description().path("tile_overlap_px").path(axis).asInt());
    }

    /** Checks that the loader accepts exactly these weights. */
    private void weights(GoldenVectors vectors) {
        try (Checkpoint file = vectors.openWeights();
                Vae vae = load(vectors, file, "config")) {
            vectors.check(
                    "channels",
                    vae.channels(),
                    vectors.description().path("config").path("block_out_channels"),
                    0);
        }
    }

    private Vae load(GoldenVectors vectors, Checkpoint file, String config) {
        return load(runtime, vectors, file, config);
    }

    static Vae load(TorchRuntime runtime, GoldenVectors vectors, Checkpoint file, String config) {
        JsonNode groups = vectors.description().path(config).path("norm_num_groups");
        return Vae.load(
                runtime,
                file.name(),
                file.tensorsUnder(vectors.weightsPrefix()),
                groups.asInt(),
                Precision.FP32);
    }

    private static int slice(GoldenVectors vectors) {
        return vectors.description().path("config").path("slicing_sample_min_size").asInt(4);
    }
}
