package io.heritage.models.seedvr2.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.Work;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.FloatPatterns;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.seedvr2.TestSafetensors;
import io.heritage.models.seedvr2.dit.Dit;
import io.heritage.models.seedvr2.dit.DitLayout;
import io.heritage.models.seedvr2.dit.TokenGrid;
import io.heritage.models.seedvr2.dit.WindowPartition;
import io.heritage.models.seedvr2.sampling.EulerSampler;
import io.heritage.models.seedvr2.sampling.Noise;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same network from files of each type gives the same numbers. */
class StoredTypesTest {
    private static final DitLayout LAYOUT =
            new DitLayout(DitLayout.Kind.MM_SWIGLU, 32, 16, 8, 64, 2, 1);
    private static final TokenGrid GRID = new TokenGrid(2, 3, 4);
    private static TorchRuntime runtime;

    @TempDir Path folder;

    @BeforeAll
    static void start() {
        runtime = TorchRuntime.start(TorchOptions.cpu());
    }

    @AfterAll
    static void close() {
        runtime.close();
    }

    @Test
    void eightBitFloatsHaveTheirValues() {
        assertThat(FloatPatterns.e4m3(0x38)).isEqualTo(1f);
        assertThat(FloatPatterns.e4m3(0x7e)).isEqualTo(448f);
        assertThat(FloatPatterns.e4m3(0x01)).isEqualTo(0x1p-9f);
        assertThat(FloatPatterns.e4m3(0x08)).isEqualTo(0x1p-6f);
        assertThat(FloatPatterns.e4m3(0xc0)).isEqualTo(-2f);
        assertThat(FloatPatterns.e4m3(0x7f)).isNaN();
    }

    @Test
    void weightsInBfloat16AreThoseOfFloat32() throws IOException {
        // random bits of float32 below 1 whose lower half is zero
        IntUnaryOperator half = seed -> 0x3d00 + (seed & 0x80ff);
        requireSame(
                velocity(TensorType.BF16, half),
                velocity(TensorType.F32, seed -> half.applyAsInt(seed) << Short.SIZE));
    }

    @Test
    void weightsInFloat8AreThoseOfFloat16AndFloat32() throws IOException {
        IntUnaryOperator small = seed -> 0x10 + (seed & 0x8f);
        IntToFloat value = seed -> FloatPatterns.e4m3(small.applyAsInt(seed));
        FloatTensor expected =
                velocity(TensorType.F32, seed -> Float.floatToIntBits(value.of(seed)));
        requireSame(velocity(TensorType.F8_E4M3, small), expected);
        requireSame(
                velocity(TensorType.F16, seed -> Float.floatToFloat16(value.of(seed))), expected);
    }

    @FunctionalInterface
    private interface IntToFloat {
        float of(int seed);
    }

    /** Up to rounding: where weights lie in memory changes the order of sums. */
    private static void requireSame(FloatTensor got, FloatTensor expected) {
        assertThat(got.shape()).isEqualTo(expected.shape());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(got.at(i)).as("element %d", i).isCloseTo(expected.at(i), within(1e-5f));
        }
    }

    private FloatTensor velocity(TensorType type, IntUnaryOperator bits) throws IOException {
        Path file = folder.resolve(type + ".safetensors");
        var random = new SplittableRandom(1);
        TestSafetensors.write(
                file, LAYOUT.expected(), type, (_, _) -> bits.applyAsInt(random.nextInt()));
        try (Checkpoint checkpoint = Checkpoint.open(file);
                Dit dit =
                        Dit.load(
                                runtime,
                                file.toString(),
                                checkpoint.tensors(),
                                WindowPartition.RELEASED,
                                Precision.FP32,
                                Work.UNWATCHED);
                TensorScope scope = runtime.newScope()) {
            var noise = Noise.seeded(1);
            IValue latent = noise.start(scope, GRID.t(), 2 * GRID.h(), 2 * GRID.w());
            IValue condition = noise.start(scope, GRID.t(), 2 * GRID.h(), 2 * GRID.w());
            try (var sampler = new EulerSampler(runtime)) {
                IValue input = sampler.input(scope, latent, condition);
                return scope.floats(dit.velocity(scope, input, text(scope), 1000, GRID, () -> {}));
            }
        }
    }

    /** Three tokens of ones and zeros. */
    private static TextEmbedding text(TensorScope scope) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(3 * 8 * Float.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; bytes.hasRemaining(); i++) {
            bytes.putFloat(i % 5 == 0 ? 1 : 0);
        }
        return new TextEmbedding(
                scope.tensor(bytes.flip(), TensorType.F32, TensorShape.of(3, 8)), 3, 8);
    }
}
