package io.heritage.models.seedvr2;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.Work;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.seedvr2.dit.Dit;
import io.heritage.models.seedvr2.dit.TokenGrid;
import io.heritage.models.seedvr2.dit.WindowPartition;
import io.heritage.models.seedvr2.vae.ClipVae;
import io.heritage.models.seedvr2.vae.Vae;
import io.heritage.models.seedvr2.weights.TextEmbedding;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Relative RMS against the float32 references: at most twice what the reference itself loses in
 * these types (README of the vectors).
 */
class ReducedPrecisionTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/seedvr2");
    private static final int TINY_GROUPS = 4;
    private static TorchRuntime runtime;

    @BeforeAll
    static void start() {
        runtime = TorchRuntime.start(TorchOptions.cpu());
    }

    @AfterAll
    static void close() {
        runtime.close();
    }

    @ParameterizedTest
    @CsvSource({"BF16, 0.03", "FP16, 0.004"})
    void theTransformerLosesNoMoreThanTheReference(Precision precision, double bound) {
        try (Checkpoint weights = open("weights_dit3b_tiny");
                Checkpoint vectors = open("dit3b_tiny_image");
                Dit dit =
                        Dit.load(
                                runtime,
                                weights.name(),
                                weights.tensorsUnder("w."),
                                WindowPartition.RELEASED,
                                precision,
                                Work.UNWATCHED);
                TensorScope scope = runtime.newScope()) {
            List<Long> sizes = stored(vectors, "in.vid").shape().sizes();
            var grid =
                    TokenGrid.ofLatent(
                            sizes.get(0).intValue(),
                            sizes.get(1).intValue(),
                            sizes.get(2).intValue());
            double timestep = scope.floats(tensor(scope, vectors, "in.timestep")).at(0);
            var text = TextEmbedding.of(scope, stored(vectors, "in.txt"));
            IValue video = tensor(scope, vectors, "in.vid");
            IValue velocity = dit.velocity(scope, video, text, timestep, grid, () -> {});
            assertThat(loss(scope, velocity, tensor(scope, vectors, "out.vid")))
                    .isBetween(1e-5, bound);
        }
    }

    @ParameterizedTest
    @CsvSource({"BF16, 0.03", "FP16, 0.004"})
    void theDecoderLosesNoMoreThanTheReference(Precision precision, double bound) {
        try (Checkpoint weights = open("weights_vae_tiny");
                Checkpoint vectors = open("vae_decode_t3");
                Vae vae =
                        Vae.load(
                                runtime,
                                weights.name(),
                                weights.tensorsUnder("w."),
                                TINY_GROUPS,
                                precision);
                TensorScope scope = runtime.newScope()) {
            List<Long> sizes = stored(vectors, "in.latent").shape().sizes();
            List<IValue> slices = new ArrayList<>();
            new ClipVae(runtime, vae, 4, null)
                    .decode(
                            tensor(scope, vectors, "in.latent"),
                            sizes.get(0).intValue(),
                            sizes.get(1).intValue(),
                            sizes.get(2).intValue(),
                            (s, frames, _, _) -> slices.add(s.moveTo(scope, frames)),
                            (_, _) -> {});
            IValue clip = scope.call(vae.script(), "clip_of", vae.join(scope, slices));
            assertThat(loss(scope, clip, tensor(scope, vectors, "out.x"))).isBetween(1e-5, bound);
        }
    }

    private static Checkpoint open(String name) {
        return Checkpoint.open(GOLDEN.resolve(name + ".safetensors"));
    }

    private static CheckpointTensor stored(Checkpoint vectors, String key) {
        return Objects.requireNonNull(vectors.tensors().get(key), key);
    }

    private static IValue tensor(TensorScope scope, Checkpoint vectors, String key) {
        CheckpointTensor tensor = stored(vectors, key);
        return scope.tensor(tensor.bytes(), tensor.type(), tensor.shape());
    }

    private static double loss(TensorScope scope, IValue got, IValue expected) {
        FloatTensor found = scope.floats(got);
        FloatTensor wanted = scope.floats(expected);
        double error = 0;
        double size = 0;
        for (int i = 0; i < wanted.size(); i++) {
            error += Math.pow(found.at(i) - wanted.at(i), 2);
            size += Math.pow(wanted.at(i), 2);
        }
        return Math.sqrt(error / size);
    }
}
