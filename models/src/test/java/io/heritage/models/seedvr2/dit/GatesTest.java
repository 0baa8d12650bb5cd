package io.heritage.models.seedvr2.dit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GatesTest {
    private static final int WIDTH = 64;
    private static final int ROWS = 4;
    private static final int GATE = 2;
    private static final String WEIGHT = "blocks.0.ada.vid.attn_gate";
    private static final long BF16 = Precision.BF16.torchType();

    /** The reference multiplies by a float32 sum and rounds the product, once. */
    @Test
    void aProductInBf16IsOfAGateInFloat32() {
        try (Arena arena = Arena.ofConfined();
                TorchRuntime runtime = TorchRuntime.start(TorchOptions.cpu(1));
                TorchScript script = runtime.load("seedvr2_dit");
                TensorScope scope = runtime.newScope()) {
            MemorySegment weight = random(arena, 1, WIDTH);
            MemorySegment emb = random(arena, 2, 6 * WIDTH);
            MemorySegment y = random(arena, 3, ROWS * WIDTH);
            MemorySegment zero = arena.allocate(4L * ROWS * WIDTH, 16);
            var stored =
                    new CheckpointTensor(WEIGHT, TensorType.F32, TensorShape.of(WIDTH), weight);
            IValue weights =
                    scope.call(
                            script,
                            "prepare",
                            scope.dictionary(Map.of(WEIGHT, stored)),
                            scope.byteDictionary(Map.of()),
                            tensor(scope, arena.allocate(4 * 256, 16), 256),
                            scope.number(BF16));
            FloatTensor found =
                    scope.floats(
                            scope.call(
                                    script,
                                    "add_gated",
                                    tensor(scope, zero, ROWS, WIDTH),
                                    tensor(scope, y, ROWS, WIDTH),
                                    weights,
                                    scope.text("blocks.0"),
                                    scope.text("vid"),
                                    scope.text("attn"),
                                    tensor(scope, emb, WIDTH, 2, 3),
                                    scope.number(0L),
                                    scope.number(BF16)));
            for (int i = 0; i < ROWS * WIDTH; i++) {
                int channel = i % WIDTH;
                float gate = at(emb, 6 * channel + GATE) + at(weight, channel);
                assertThat(found.at(i))
                        .as("number %d", i)
                        .isEqualTo(rounded(rounded(at(y, i)) * gate));
            }
        }
    }

    private static MemorySegment random(Arena arena, long seed, int count) {
        MemorySegment numbers = arena.allocate(4L * count, 16);
        var random = new Random(seed);
        for (int i = 0; i < count; i++) {
            numbers.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
        }
        return numbers;
    }

    private static float at(MemorySegment numbers, int index) {
        return numbers.getAtIndex(ValueLayout.JAVA_FLOAT, index);
    }

    private static IValue tensor(TensorScope scope, MemorySegment numbers, long... shape) {
        return scope.tensor(numbers.asByteBuffer(), TensorType.F32, TensorShape.of(shape));
    }

    /** To the nearest bf16, of two the even one. */
    private static float rounded(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.intBitsToFloat((bits + 0x7fff + (bits >>> 16 & 1)) & 0xffff0000);
    }
}
