package io.heritage.models.wan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.Work;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.rife.Rife;
import io.heritage.models.rife.RifeOptions;
import io.heritage.models.rife.RifeWeights;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.dit.DitOptions;
import io.heritage.models.wan.dit.LatentSize;
import io.heritage.models.wan.dit.WanDit;
import io.heritage.models.wan.weights.Float8Storage;
import io.heritage.models.wan.weights.KeyNaming;
import io.heritage.models.wan.weights.WeightFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the CPU numbers are rounded as on Hopper, only multiplied wide. */
class Float8ProductsTest {
    private static final LatentSize SIZE = new LatentSize(2, 4, 6);
    private static final int FLOAT32 = 6;

    /** e4m3 has 3 bits of mantissa: each number is off by up to 6 %, products of many by half. */
    private static final double ALLOWED_LOSS = 0.06;

    @TempDir Path folder;

    @Test
    void productsInEightBitsLoseALittle() {
        for (boolean small : new boolean[] {false, true}) {
            Path expert = WanTiny.write(folder, WanFileNames.DOCUMENTED, small).highNoise();
            try (TorchRuntime runtime = TorchRuntime.start(TorchOptions.cpu())) {
                FloatTensor exact = velocity(runtime, expert, Float8Storage.WIDEN);
                FloatTensor rounded = velocity(runtime, expert, Float8Storage.MULTIPLY);
                assertThat(loss(rounded, exact)).isBetween(1e-3, ALLOWED_LOSS);
            }
        }
    }

    @Test
    void theProcessorRefusesThem() {
        WanFiles files = WanTiny.write(folder, WanFileNames.DOCUMENTED, true);
        try (TorchRuntime runtime = TorchRuntime.start(TorchOptions.cpu());
                Rife rife = Rife.load(runtime, RifeWeights.embedded(), RifeOptions.defaults())) {
            var settings =
                    ChangedSettings.float8(
                            WanSettings.defaults(runtime.device()), Float8Storage.MULTIPLY);
            assertThatThrownBy(() ->
                            WanInterpolation.open(runtime, files, settings, rife, Work.UNWATCHED))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Hopper")
                    .hasMessageContaining("this is the cpu");
        }
    }

    private static FloatTensor velocity(TorchRuntime runtime, Path expert, Float8Storage storage) {
        var options = new DitOptions(32, 16, FLOAT32, storage, false);
        try (WeightFile file = WeightFile.open(expert, KeyNaming.DIT);
                WanDit dit = WanDit.open(runtime, file, Map.of(), options);
                TensorScope scope = runtime.newScope()) {
            dit.loadBlocks((_, _) -> {});
            return scope.floats(
                    dit.velocity(
                            scope,
                            SIZE,
                            normal(scope, 16, SIZE.frames(), SIZE.height(), SIZE.width()),
                            normal(scope, 20, SIZE.frames(), SIZE.height(), SIZE.width()),
                            900,
                            normal(scope, 5, dit.layout().textWidth()),
                            (_, _) -> {}));
        }
    }

    private static IValue normal(TensorScope scope, long... sizes) {
        var shape = TensorShape.of(sizes);
        var random = new Random(shape.elements());
        ByteBuffer numbers =
                ByteBuffer.allocateDirect((int) shape.elements() * Float.BYTES)
                        .order(ByteOrder.nativeOrder());
        while (numbers.hasRemaining()) {
            numbers.putFloat((float) random.nextGaussian());
        }
        return scope.tensor(numbers.flip(), TensorType.F32, shape);
    }

    private static double loss(FloatTensor got, FloatTensor wanted) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < wanted.size(); i++) {
            difference += Math.pow(got.at(i) - wanted.at(i), 2);
            size += Math.pow(wanted.at(i), 2);
        }
        return Math.sqrt(difference / size);
    }
}
