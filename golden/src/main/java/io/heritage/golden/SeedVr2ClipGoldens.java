package io.heritage.golden;

import ai.djl.pytorch.jni.IValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.models.Work;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.seedvr2.clip.ClipRestorer;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.dit.Dit;
import io.heritage.models.seedvr2.frame.ColourFix;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.seedvr2.frame.FramePixels;
import io.heritage.models.seedvr2.frame.RgbClip;
import io.heritage.models.seedvr2.sampling.EulerSampler;
import io.heritage.models.seedvr2.sampling.Guidance;
import io.heritage.models.seedvr2.sampling.LerpSchedule;
import io.heritage.models.seedvr2.sampling.Noise;
import io.heritage.models.seedvr2.vae.Vae;
import io.heritage.models.seedvr2.weights.TextEmbedding;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.schemas.FrameSize;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** SeedVR2 from input frames to restored frames. */
final class SeedVr2ClipGoldens {
    private final TorchRuntime runtime;

    private SeedVr2ClipGoldens(TorchRuntime runtime) {
        this.runtime = runtime;
    }

    static GoldenKind kind(TorchRuntime runtime) {
        return new GoldenKind("e2e", Set.of("dit_weights"), new SeedVr2ClipGoldens(runtime)::clip);
    }

    private void clip(GoldenVectors vectors) {
        try (Checkpoint ditFile = vectors.openWeights("dit_weights");
                Checkpoint vaeFile = vectors.openWeights("vae_weights");
                Dit dit = dit(vectors, ditFile);
                Vae vae = SeedVr2VaeGoldens.load(runtime, vectors, vaeFile, "vae_config");
                var pixels = new FramePixels(runtime);
                var sampler = new EulerSampler(runtime);
                TensorScope scope = runtime.newScope()) {
            var positive = TextEmbedding.of(scope, vectors.tensor("in.txt_pos"));
            var negative =
                    vectors.has("in.txt_neg")
                            ? TextEmbedding.of(scope, vectors.tensor("in.txt_neg"))
                            : positive;
            var networks = new ClipRestorer.Networks(dit, vae, pixels, sampler, positive, negative);
            new ClipRun(vectors, scope, networks).restore();
        }
    }

    private Dit dit(GoldenVectors vectors, Checkpoint file) {
        return Dit.load(
                runtime,
                file.name(),
                file.tensorsUnder(vectors.weightsPrefix()),
                SeedVr2DitGoldens.partition(
                        vectors.description().path("dit_config").path("num_windows")),
                Precision.FP32,
                Work.UNWATCHED);
    }

    /** One case with everything loaded. */
    private final class ClipRun {
        private final GoldenVectors vectors;
        private final TensorScope scope;
        private final GoldenTensors in;
        private final ClipRestorer.Networks networks;
        private final RgbClip clip;
        private final FrameGeometry geometry;
        private final ClipRestorer restorer;

        ClipRun(GoldenVectors vectors, TensorScope scope, ClipRestorer.Networks networks) {
            JsonNode description = vectors.description();
            this.vectors = vectors;
            this.scope = scope;
            this.in = new GoldenTensors(vectors, scope);
            this.networks = networks;
            this.clip = clip(vectors.tensor("in.frames"));
            this.geometry =
                    FrameGeometry.area(
                            clip.size(),
                            description.path("res_h").asInt(),
                            description.path("res_w").asInt());
            this.restorer =
                    new ClipRestorer(runtime, networks, options(description), Work.UNWATCHED);
        }

        void restore() {
            var noise = new GivenNoise(in);
            int latentFrames = restorer.latentFrames(clip.frames());
            IValue condition = restorer.condition(scope, clip, geometry, noise);
            in.check("out.cond_latent", condition);
            IValue latent = restorer.diffuse(scope, condition, latentFrames, geometry, noise);
            in.check("out.latent", latent);

            List<IValue> slices = new ArrayList<>();
            restorer.decode(
                    latent,
                    latentFrames,
                    geometry,
                    (s, frames, _, _) -> slices.add(s.moveTo(scope, frames)));
            IValue decoded = networks.vae().join(scope, slices);
            if (vectors.has("out.decoded")) {
                in.check("out.decoded", networks.pixels().swapped(scope, decoded));
            }
            finish(decoded);
        }

        private void finish(IValue decoded) {
            IValue kept = networks.pixels().part(scope, decoded, clip.frames(), geometry.network());
            IValue finished = restorer.finish(scope, kept, clip, geometry, 0, clip.frames());
            ByteBuffer rgb =
                    networks.pixels().bytes(scope, finished, clip.frames(), geometry.output());
            vectors.check(
                    "out.frames",
                    TensorShape.of(
                            clip.frames(),
                            geometry.output().height(),
                            geometry.output().width(),
                            3),
                    rgb);
        }
    }

    private static RgbClip clip(CheckpointTensor frames) {
        List<Long> sizes = frames.shape().sizes();
        var size = new FrameSize(sizes.get(2).intValue(), sizes.get(1).intValue());
        return new RgbClip(size, sizes.get(0).intValue(), frames.bytes());
    }

    private static RestoreOptions options(JsonNode description) {
        return RestoreOptions.DEFAULT
                .withSampling(
                        new LerpSchedule(description.path("steps").asInt()),
                        new Guidance(
                                description.path("cfg_scale").asDouble(),
                                description.path("cfg_rescale").asDouble()))
                .withColourFix(ColourFix.WAVELET);
    }

    private record GivenNoise(GoldenTensors in) implements Noise {
        @Override
        public IValue posterior(TensorScope scope, int frames, int height, int width) {
            return in.tensor("in.vae_noise");
        }

        @Override
        public IValue start(TensorScope scope, int frames, int height, int width) {
            return in.tensor("in.noise");
        }
    }
}
