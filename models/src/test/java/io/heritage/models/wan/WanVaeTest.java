package io.heritage.models.wan;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.Device;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.vae.Conditioning;
import io.heritage.models.wan.vae.VaeEncoder;
import io.heritage.models.wan.weights.KeyNaming;
import io.heritage.models.wan.weights.WeightFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WanVaeTest {
    private static final int FRAMES = 65;

    @TempDir Path folder;

    @Test
    void greyFramesAreEncodedUntilTheyRepeatAndNoLonger() {
        Path file = WanTiny.write(folder, WanFileNames.DOCUMENTED, false).vae();
        try (TorchRuntime runtime = TorchRuntime.start(TorchOptions.cpu());
                WeightFile weights = WeightFile.open(file, KeyNaming.VAE);
                VaeEncoder encoder = VaeEncoder.load(runtime, weights);
                TensorScope scope = runtime.newScope()) {
            var given =
                    new Conditioning(
                            Conditioning.Mode.LAST_FRAME,
                            FRAMES,
                            picture(scope, 0.5f),
                            picture(scope, -0.25f));
            var layers = new AtomicInteger();
            VaeEncoder.PictureSource source = given.source(encoder);
            FloatTensor reused =
                    scope.floats(encoder.encode(scope, source, FRAMES, layers::incrementAndGet));
            var allLayers = new AtomicInteger();
            FloatTensor every =
                    scope.floats(
                            encoder.encode(
                                    scope, source::frames, FRAMES, allLayers::incrementAndGet));
            for (int i = 0; i < every.size(); i++) {
                assertThat(reused.at(i)).isEqualTo(every.at(i));
            }
            assertThat(allLayers).hasValue(encoder.steps(FRAMES));
            assertThat(layers.get()).isLessThan(allLayers.get());
        }
    }

    /** Numbers that were rounded to bfloat16 end in sixteen zeros. */
    @Test
    void picturesAreEncodedInFloat32WhateverTheOtherNetworksComputeIn() {
        WanFiles files = WanTiny.write(folder, WanFileNames.DOCUMENTED, false);
        WanSettings settings =
                ChangedSettings.precision(WanSettings.defaults(new Device.Cpu()), Precision.BF16);
        try (TorchRuntime runtime = TorchRuntime.start(TorchOptions.cpu());
                var networks = new WanNetworks(runtime, files, settings);
                TensorScope scope = runtime.newScope()) {
            VaeEncoder encoder = networks.encoder();
            var given =
                    new Conditioning(Conditioning.Mode.LAST_FRAME, 1, picture(scope, 0.5f), null);
            FloatTensor mean =
                    scope.floats(encoder.moments(scope, given.source(encoder), 1, () -> {}).mean());
            assertThat(
                            IntStream.range(0, mean.size())
                                    .map(i -> Float.floatToRawIntBits(mean.at(i))))
                    .anyMatch(bits -> (bits & 0xffff) != 0);
        }
    }

    private static IValue picture(TensorScope scope, float value) {
        int count = 3 * 16 * 16;
        ByteBuffer numbers =
                ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < count; i++) {
            numbers.putFloat(value * (i % 7));
        }
        return scope.tensor(numbers.flip(), TensorType.F32, TensorShape.of(3, 16, 16));
    }
}
