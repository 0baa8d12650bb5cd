package io.heritage.golden;

import ai.djl.pytorch.jni.IValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.dit.DitCalls;
import io.heritage.models.wan.vae.Conditioning;
import io.heritage.models.wan.vae.VaeDecoder;
import io.heritage.models.wan.vae.VaeEncoder;
import io.heritage.models.wan.weights.KeyNaming;
import io.heritage.models.wan.weights.WeightFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Wan's VAE, what an expert sees of the images, and the norms of all its networks. */
final class WanVaeGoldens {
    private static final int FLOAT32 = 6;
    private static final Runnable UNWATCHED = () -> {};

    private final TorchRuntime runtime;

    private WanVaeGoldens(TorchRuntime runtime) {
        this.runtime = runtime;
    }

    static List<GoldenKind> kinds(TorchRuntime runtime) {
        var vae = new WanVaeGoldens(runtime);
        Set<String> wan = Set.of("latent_mean");
        return List.of(
                new GoldenKind("norms", vae::norms),
                new GoldenKind("vae_encode", wan, vae::encode),
                new GoldenKind("vae_decode", wan, vae::decode),
                new GoldenKind("conditioning", vae::conditioning),
                new GoldenKind("frames_u8", vae::frames));
    }

    private void norms(GoldenVectors vectors) {
        try (DitCalls calls = DitCalls.open(runtime);
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            IValue x = in.tensor("in.x");
            in.check("out.ln", calls.call(scope, "layer_norm", x));
            in.check(
                    "out.ln_affine",
                    calls.call(
                            scope,
                            "affine_norm",
                            x,
                            in.weight("norm3.weight"),
                            in.weight("norm3.bias")));
            in.check("out.rms", calls.call(scope, "rms_norm", x, in.weight("norm_q.weight")));
            checkTextNorm(in, x);
            checkChannelNorm(vectors, in);
        }
    }

    private void checkTextNorm(GoldenTensors in, IValue x) {
        try (var script = runtime.load("umt5")) {
            in.check(
                    "out.t5_rms",
                    in.scope().call(script, "rms_norm", x, in.weight("layer_norm.weight")));
        }
    }

    /** Rows become pixels. */
    private void checkChannelNorm(GoldenVectors vectors, GoldenTensors in) {
        CheckpointTensor x = vectors.tensor("in.x");
        List<Long> sizes = x.shape().sizes();
        IValue pixels =
                in.scope()
                        .tensor(
                                x.bytes(),
                                x.type(),
                                TensorShape.of(sizes.get(1), sizes.get(2), 1, 1, 1));
        try (var script = runtime.load("wan_vae")) {
            IValue y = in.scope().call(script, "channel_norm", pixels, in.weight("gamma"));
            vectors.check("out.vae_rms", WanGoldens.shaped(in.scope().floats(y), x.shape()));
        }
    }

    private void encode(GoldenVectors vectors) {
        try (VaeEncoder encoder = VaeEncoder.load(runtime, file(vectors.name(), in(vectors)));
                TensorScope scope = runtime.newScope()) {
            for (JsonNode entry : vectors.description().path("cases")) {
                String at = "out.%s.".formatted(entry.path("index").asText());
                CheckpointTensor x =
                        vectors.tensor("in.%s.x".formatted(entry.path("index").asText()));
                var video = encoder.of(batch(scope, x));
                int frames = entry.path("frames").asInt();
                var moments = encoder.moments(scope, video, frames, UNWATCHED);
                checkFirst(vectors, scope, at + "enc", moments.encoded());
                checkFirst(vectors, scope, at + "mean", moments.mean());
                checkFirst(vectors, scope, at + "logvar", moments.logVariance());
                IValue latent = encoder.encode(scope, video, frames, UNWATCHED);
                vectors.check(at + "latent", scope.floats(latent));
            }
        }
    }

    private void decode(GoldenVectors vectors) {
        try (VaeDecoder decoder =
                        VaeDecoder.load(runtime, file(vectors.name(), in(vectors)), FLOAT32);
                TensorScope scope = runtime.newScope()) {
            for (JsonNode entry : vectors.description().path("cases")) {
                String at = entry.path("index").asText();
                IValue latent =
                        new GoldenTensors(vectors, scope).tensor("in.%s.latent".formatted(at));
                int latentFrames = entry.path("latent_frames").asInt();
                IValue raw = decoded(decoder, scope, latent, latentFrames, 1);
                checkFirst(vectors, scope, "out.%s.raw".formatted(at), raw);
                IValue clamped = decoder.clamped(scope, raw);
                checkFirst(vectors, scope, "out.%s.video".formatted(at), clamped);
                IValue joined = decoded(decoder, scope, latent, latentFrames, latentFrames);
                checkFirst(vectors, scope, "out.%s.raw".formatted(at), joined);
            }
        }
    }

    /** All frames together. */
    static IValue decoded(
            VaeDecoder decoder, TensorScope scope, IValue latent, int latentFrames, int chunk) {
        List<IValue> parts = new ArrayList<>();
        decoder.decode(
                latent,
                latentFrames,
                chunk,
                (own, raw, _) -> parts.add(own.moveTo(scope, raw)),
                UNWATCHED);
        return decoder.joined(scope, parts);
    }

    private void conditioning(GoldenVectors vectors) {
        try (Checkpoint weights = vectors.openWeights();
                VaeEncoder encoder =
                        VaeEncoder.load(runtime, file(weights.name(), weights.tensorsUnder("w.")));
                TensorScope scope = runtime.newScope()) {
            var in = new GoldenTensors(vectors, scope);
            int frames = vectors.description().path("frames").asInt();
            IValue start = in.tensor("in.start");
            IValue end = in.tensor("in.end");
            Map.of(
                            "flf",
                                    new Conditioning(
                                            Conditioning.Mode.LAST_FRAME, frames, start, end),
                            "start_only",
                                    new Conditioning(
                                            Conditioning.Mode.LAST_FRAME, frames, start, null),
                            "extra_end",
                                    new Conditioning(
                                            Conditioning.Mode.EXTRA_END, frames, start, end))
                    .forEach((mode, given) -> check(vectors, encoder, scope, mode, given));
        }
    }

    private static void check(
            GoldenVectors vectors,
            VaeEncoder encoder,
            TensorScope scope,
            String mode,
            Conditioning given) {
        String out = "out.%s.".formatted(mode);
        IValue video = given.source(encoder).frames(scope, 0, given.videoFrames());
        checkFirst(vectors, scope, out + "video", video);
        IValue latent = given.latent(scope, encoder, UNWATCHED);
        vectors.check(out + "latent", scope.floats(latent));
        IValue mask = given.mask(scope, encoder, latent);
        vectors.check(out + "mask", scope.floats(mask));
        vectors.check(out + "y", scope.floats(given.tensor(scope, encoder, UNWATCHED)));
        checkKnown(vectors, out + "pixel_mask", given.known());
    }

    /** The reference spreads each frame's number over the latent's pixels. */
    private static void checkKnown(GoldenVectors vectors, String output, float[] known) {
        TensorShape shape = vectors.tensor(output).shape();
        float[] spread = new float[Math.toIntExact(shape.elements())];
        for (int i = 0; i < spread.length; i++) {
            spread[i] = known[i / (spread.length / known.length)];
        }
        vectors.check(output, new FloatTensor(shape, spread));
    }

    private void frames(GoldenVectors vectors) {
        CheckpointTensor video = vectors.tensor("in.video");
        int count = video.shape().sizes().get(1).intValue();
        int height = video.shape().sizes().get(2).intValue();
        int width = video.shape().sizes().get(3).intValue();
        ByteBuffer rgb = ByteBuffer.allocateDirect(count * height * width * 3);
        try (var script = runtime.load("wan_vae");
                TensorScope scope = runtime.newScope()) {
            IValue pictures = new GoldenTensors(vectors, scope).tensor("in.video");
            for (int i = 0; i < count; i++) {
                ByteBuffer frame = rgb.slice(i * height * width * 3, height * width * 3);
                scope.call(
                        script,
                        "frame_bytes",
                        pictures,
                        scope.number((long) i),
                        scope.hostTensor(frame, TensorType.U8, TensorShape.of(height, width, 3)));
            }
        }
        vectors.check("out.frames", TensorShape.of(count, height, width, 3), rgb);
    }

    private static Map<String, CheckpointTensor> in(GoldenVectors vectors) {
        return vectors.tensorsUnder(vectors.weightsPrefix());
    }

    static WeightFile file(String name, Map<String, CheckpointTensor> tensors) {
        return WeightFile.of(name, tensors, KeyNaming.VAE);
    }

    private static IValue batch(TensorScope scope, CheckpointTensor tensor) {
        List<Long> sizes = new ArrayList<>(tensor.shape().sizes());
        sizes.addFirst(1L);
        return scope.tensor(tensor.bytes(), tensor.type(), new TensorShape(sizes));
    }

    /** Checks the only item of a batch. */
    private static void checkFirst(
            GoldenVectors vectors, TensorScope scope, String output, IValue got) {
        FloatTensor floats = scope.floats(got);
        List<Long> sizes = floats.shape().sizes();
        vectors.check(
                output, WanGoldens.shaped(floats, new TensorShape(sizes.subList(1, sizes.size()))));
    }
}
