package io.heritage.golden;

import ai.djl.pytorch.jni.IValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.models.Cancellation;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.rife.Rife;
import io.heritage.models.rife.RifeOptions;
import io.heritage.models.rife.RifeWeights;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.Denoiser;
import io.heritage.models.wan.ExpertGuidance;
import io.heritage.models.wan.FrameStream;
import io.heritage.models.wan.dit.LatentSize;
import io.heritage.models.wan.dit.WanDit;
import io.heritage.models.wan.sampling.Expert;
import io.heritage.models.wan.sampling.ExpertSplit;
import io.heritage.models.wan.sampling.Sampler;
import io.heritage.models.wan.sampling.SigmaTable;
import io.heritage.models.wan.sampling.SolverKind;
import io.heritage.models.wan.vae.Conditioning;
import io.heritage.models.wan.vae.VaeDecoder;
import io.heritage.models.wan.vae.VaeEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Wan2.2 from two prepared images to frames, with given noise and text. */
final class WanPipelineGoldens {
    private static final int FLOAT32 = 6;
    private static final Runnable UNWATCHED = () -> {};

    private final TorchRuntime runtime;

    private WanPipelineGoldens(TorchRuntime runtime) {
        this.runtime = runtime;
    }

    static GoldenKind kind(TorchRuntime runtime) {
        return new GoldenKind("e2e", Set.of("pipeline"), new WanPipelineGoldens(runtime)::whole);
    }

    private void whole(GoldenVectors vectors) {
        JsonNode config = vectors.description().path("config");
        try (Checkpoint encoderFile = Checkpoint.open(vectors.beside("vae_encode.safetensors"));
                Checkpoint decoderFile = Checkpoint.open(vectors.beside("vae_decode.safetensors"));
                Checkpoint rifeFile = Checkpoint.open(vectors.beside("rife_full.safetensors"));
                WanDit high =
                        WanDitGoldens.dit(
                                runtime, config, WanDitGoldens.weights(vectors, "high."));
                WanDit low =
                        WanDitGoldens.dit(runtime, config, WanDitGoldens.weights(vectors, "low."));
                VaeEncoder encoder =
                        VaeEncoder.load(
                                runtime,
                                WanVaeGoldens.file("vae_encode", encoderFile.tensorsUnder("w.")));
                VaeDecoder decoder =
                        VaeDecoder.load(
                                runtime,
                                WanVaeGoldens.file("vae_decode", decoderFile.tensorsUnder("w.")),
                                FLOAT32);
                Rife rife =
                        Rife.load(
                                runtime,
                                RifeWeights.inside(rifeFile, "w."),
                                RifeOptions.defaults());
                Sampler sampler = Sampler.open(runtime);
                TensorScope scope = runtime.newScope()) {
            var run =
                    new PipelineRun(
                            vectors,
                            scope,
                            sampler,
                            Map.of(Expert.HIGH_NOISE, high, Expert.LOW_NOISE, low));
            IValue y = run.images(encoder);
            run.latents(y, "out.latents_cfg", run.pipeline.path("cfg_variant").asDouble());
            IValue latent = run.latents(y, "out.latents", run.pipeline.path("cfg").asDouble());
            run.frames(decoder, rife, latent);
        }
    }

    /** One case with everything loaded. */
    private final class PipelineRun {
        private final GoldenVectors vectors;
        private final TensorScope scope;
        private final GoldenTensors in;
        private final Sampler sampler;
        private final Map<Expert, WanDit> experts;
        private final JsonNode pipeline;
        private final int width;
        private final int height;
        private final int frames;

        PipelineRun(
                GoldenVectors vectors,
                TensorScope scope,
                Sampler sampler,
                Map<Expert, WanDit> experts) {
            this.vectors = vectors;
            this.scope = scope;
            this.in = new GoldenTensors(vectors, scope);
            this.sampler = sampler;
            this.experts = experts;
            this.pipeline = vectors.description().path("pipeline");
            this.width = pipeline.path("width").asInt();
            this.height = pipeline.path("height").asInt();
            this.frames = pipeline.path("frames").asInt();
        }

        IValue images(VaeEncoder encoder) {
            var given =
                    new Conditioning(
                            Conditioning.Mode.LAST_FRAME,
                            frames,
                            image(encoder, "in.start_prepared"),
                            image(encoder, "in.end_prepared"));
            IValue y = given.tensor(scope, encoder, UNWATCHED);
            in.check("out.y", y);
            return y;
        }

        private IValue image(VaeEncoder encoder, String key) {
            return encoder.image(scope, vectors.tensor(key).bytes(), height, width);
        }

        IValue latents(IValue y, String output, double guidance) {
            SolverKind kind = SolverKind.named(pipeline.path("solver").asText());
            SigmaTable table =
                    SigmaTable.of(
                            kind,
                            pipeline.path("steps").asInt(),
                            pipeline.path("shift").asDouble());
            var walk = new Sampler.Walk(kind, table, ExpertSplit.HALF, _ -> in.tensor("in.noise"));
            vectors.checkSame("high steps", walk.highSteps(), pipeline.path("high_steps").asInt());
            var given =
                    new Denoiser.Inputs(
                            LatentSize.ofVideo(frames, height, width),
                            y,
                            in.tensor("in.context"),
                            in.tensor("in.context_negative"));
            List<FloatTensor> latents = new ArrayList<>();
            var denoiser =
                    new Denoiser(sampler, experts::get, new ExpertGuidance(guidance, guidance));
            IValue latent =
                    denoiser.latent(
                            scope,
                            in.tensor("in.noise"),
                            given,
                            walk,
                            UNWATCHED,
                            (_, x) -> latents.add(scope.floats(x)));
            vectors.check(output, WanGoldens.stacked(latents));
            return latent;
        }

        void frames(VaeDecoder decoder, Rife rife, IValue latent) {
            int latentFrames = VaeEncoder.latentFrames(frames);
            IValue raw = WanVaeGoldens.decoded(decoder, scope, latent, latentFrames, 1);
            IValue pictures = decoder.pictures(scope, raw);
            in.check("out.video", pictures);
            checkFrames(decoder, rife, pictures, "out.frames_u8", 1);
            checkFrames(decoder, rife, pictures, "out.interpolated_u8", 2);
        }

        private void checkFrames(
                VaeDecoder decoder, Rife rife, IValue pictures, String output, int multiplier) {
            CheckpointTensor expected = vectors.tensor(output);
            ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(expected.shape().elements()));
            var format = new FrameStream.Format(width, height, multiplier);
            try (var stream =
                    new FrameStream(
                            runtime,
                            decoder,
                            rife,
                            format,
                            (rgb, _) -> all.put(rgb),
                            Cancellation.NEVER)) {
                stream.add(pictures, frames);
                stream.finish();
            }
            int count = FrameStream.count(frames, multiplier);
            vectors.check(output, TensorShape.of(count, height, width, 3), all.flip());
            vectors.checkSame(output + " within 1", mostlyWithinOne(all, expected), true);
        }

        private static boolean mostlyWithinOne(ByteBuffer got, CheckpointTensor expected) {
            ByteBuffer wanted = expected.bytes();
            int outside = 0;
            for (int i = 0; i < got.limit(); i++) {
                int difference = Byte.toUnsignedInt(got.get(i)) - Byte.toUnsignedInt(wanted.get(i));
                outside += Math.abs(difference) > 1 ? 1 : 0;
            }
            return outside <= got.limit() / 100;
        }
    }
}
