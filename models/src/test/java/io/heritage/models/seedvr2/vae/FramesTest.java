package io.heritage.models.seedvr2.vae;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code seedvr2_vae.py} does for GPUs, with numbers that a CPU computes as well. */
class FramesTest {
    private static final long FLOAT32 = 6;
    private static final long BF16 = 15;
    private static TorchRuntime runtime;
    private static TorchScript script;

    @BeforeAll
    static void start() {
        runtime = TorchRuntime.start(TorchOptions.cpu(1));
        script = runtime.load("seedvr2_vae");
    }

    @AfterAll
    static void close() {
        script.close();
        runtime.close();
    }

    private static IValue random(TensorScope scope, long seed, double mean, long... shape) {
        var sizes = TensorShape.of(shape);
        ByteBuffer bytes =
                ByteBuffer.allocateDirect((int) sizes.elements() * 4)
                        .order(ByteOrder.LITTLE_ENDIAN);
        var random = new Random(seed);
        while (bytes.hasRemaining()) {
            bytes.putFloat((float) (mean + random.nextGaussian()));
        }
        return scope.tensor(bytes.flip(), TensorType.F32, sizes);
    }

    /** Frames seen: 9 [9, 6, 5, 4]; the kernel makes 8 channels and looks at 3. */
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 900", "1, 1200", "2, 1", "2, 1300"})
    void aConvolutionInPiecesOfTimeGivesTheSameNumbers(long stride, long most) {
        try (TensorScope scope = runtime.newScope()) {
            IValue seen = random(scope, 1, 0, 9, 6, 5, 4);
            IValue weight = random(scope, 2, 0, 8, 6, 3, 3, 3);
            IValue bias = random(scope, 3, 0, 8);
            FloatTensor whole = convolve(scope, seen, weight, bias, stride, 1L << 40);
            FloatTensor pieces = convolve(scope, seen, weight, bias, stride, most);
            assertThat(pieces.shape()).isEqualTo(whole.shape());
            for (int i = 0; i < whole.size(); i++) {
                assertThat(pieces.at(i))
                        .as("number %d", i)
                        .isCloseTo(whole.at(i), Offset.offset(1e-5f));
            }
        }
    }

    private static FloatTensor convolve(
            TensorScope scope, IValue seen, IValue weight, IValue bias, long stride, long most) {
        return scope.floats(
                scope.call(
                        script,
                        "convolve_frames",
                        seen,
                        weight,
                        bias,
                        scope.number(stride),
                        scope.number(1L),
                        scope.number(1L),
                        scope.number(most)));
    }

    /**
     * Against group_norm in float32 of the same rounded input. Rounding the result alone to 8 bits
     * loses at most 2^-9 of each number, 0.0017 in all; a rounded mean or deviation would add to
     * it.
     */
    @Test
    void theNormInBf16LosesNoMoreThanItsResultIsRounded() {
        try (TensorScope scope = runtime.newScope()) {
            IValue x =
                    scope.call(
                            script,
                            "in_type",
                            random(scope, 4, 3, 1, 64, 3, 24, 20),
                            scope.number(BF16));
            IValue weight = random(scope, 5, 1, 64);
            IValue bias = random(scope, 6, 0, 64);
            FloatTensor narrow = norm(scope, x, weight, bias);
            IValue wide = scope.call(script, "in_type", x, scope.number(FLOAT32));
            FloatTensor exact = norm(scope, wide, weight, bias);
            double error = 0;
            double size = 0;
            for (int i = 0; i < exact.size(); i++) {
                error += Math.pow(narrow.at(i) - exact.at(i), 2);
                size += Math.pow(exact.at(i), 2);
            }
            assertThat(Math.sqrt(error / size)).isBetween(1e-4, 0.0018);
        }
    }

    @Test
    void theNormInBf16StaysChannelsLast() {
        try (TensorScope scope = runtime.newScope()) {
            IValue frames =
                    scope.call(
                            script,
                            "in_type",
                            random(scope, 4, 3, 3, 64, 24, 20),
                            scope.number(BF16));
            IValue last =
                    scope.call(
                            script,
                            "norm_keeps_channels_last",
                            frames,
                            random(scope, 5, 1, 64),
                            random(scope, 6, 0, 64),
                            scope.number(32L));
            assertThat(last.toBoolean()).isTrue();
        }
    }

    /** The reference norms in float32; weights of convolutions are rounded. */
    @Test
    void weightsOfNormsStayInFloat32() {
        String norm = "decoder.conv_norm_out.weight";
        String convolution = "decoder.conv_out.bias";
        try (Arena arena = Arena.ofConfined();
                TensorScope scope = runtime.newScope()) {
            MemorySegment number = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1.001f);
            Map<String, CheckpointTensor> stored = new HashMap<>();
            for (String key : List.of(norm, convolution)) {
                stored.put(
                        key, new CheckpointTensor(key, TensorType.F32, TensorShape.of(1), number));
            }
            IValue prepared =
                    scope.call(
                            script,
                            "prepare",
                            scope.dictionary(stored),
                            scope.byteDictionary(Map.of()),
                            random(scope, 7, 0, 256),
                            scope.number(BF16));
            Map<String, IValue> weights = prepared.toIValueMap();
            try {
                assertThat(inFloat32(scope, weights, norm)).isEqualTo(1.001f);
                assertThat(inFloat32(scope, weights, convolution)).isEqualTo(1);
            } finally {
                weights.values().forEach(IValue::close);
            }
        }
    }

    private static float inFloat32(TensorScope scope, Map<String, IValue> weights, String key) {
        IValue weight = Objects.requireNonNull(weights.get(key), key);
        return scope.floats(scope.call(script, "in_type", weight, scope.number(FLOAT32))).at(0);
    }

    private static FloatTensor norm(TensorScope scope, IValue x, IValue weight, IValue bias) {
        IValue y = scope.call(script, "group_norm", x, weight, bias, scope.number(32L));
        return scope.floats(scope.call(script, "in_type", y, scope.number(FLOAT32)));
    }
}
