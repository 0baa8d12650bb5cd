package io.heritage.models.seedvr2.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.seedvr2.vae.Tiling.Axis;
import io.heritage.models.seedvr2.vae.Tiling.Tile;
import io.heritage.models.seedvr2.vae.Tiling.TileSpan;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tiles whose height and width differ, against tiles encoded one by one and joined by hand. */
class TiledVaeTest {
    private static final Path WEIGHTS =
            Path.of("src/test/resources/golden/seedvr2/weights_vae_tiny.safetensors");
    private static final int GROUPS = 4;
    private static final int HEIGHT = 64;
    private static final int WIDTH = 56;
    private static final int CHANNELS = 32;

    /** Rows 0 to 47 and 32 to 63: two latent rows are in both. */
    private static final Tiling TILES = new Tiling(new Axis(48, 16), new Axis(64, 8));

    private static final TileSpan ALL_COLUMNS = new TileSpan(0, WIDTH / 8, true, true);

    @Test
    void rowsAreTiledAndColumnsAreNotWhereOnlyTheHeightIsMoreThanATile() {
        try (TorchRuntime runtime = TorchRuntime.start(TorchOptions.cpu());
                Checkpoint file = Checkpoint.open(WEIGHTS);
                Vae vae =
                        Vae.load(
                                runtime,
                                file.name(),
                                file.tensorsUnder("w."),
                                GROUPS,
                                Precision.FP32);
                TensorScope scope = runtime.newScope()) {
            IValue image = image(scope);
            FloatTensor tiled = encoded(runtime, scope, vae, image, TILES, HEIGHT);
            FloatTensor upper =
                    encoded(runtime, scope, vae, rows(scope, vae, image, 0, 6), null, 48);
            FloatTensor lower =
                    encoded(runtime, scope, vae, rows(scope, vae, image, 4, 4), null, 32);
            for (int channel = 0; channel < CHANNELS; channel++) {
                for (int row = 0; row < HEIGHT / 8; row++) {
                    for (int column = 0; column < WIDTH / 8; column++) {
                        // two rows are in both tiles: the ramp ends with all of the one and
                        // begins with all of the other
                        double expected =
                                row < 5
                                        ? at(upper, 6, channel, row, column)
                                        : at(lower, 4, channel, row - 4, column);
                        assertThat((double) at(tiled, 8, channel, row, column))
                                .as("channel %d, row %d, column %d", channel, row, column)
                                .isCloseTo(expected, within(1e-5)); // float32 sums
                    }
                }
            }
        }
    }

    private static FloatTensor encoded(
            TorchRuntime runtime,
            TensorScope scope,
            Vae vae,
            IValue image,
            @Nullable Tiling tiling,
            int height) {
        IValue encoded =
                new ClipVae(runtime, vae, 4, tiling)
                        .encode(
                                scope,
                                1,
                                height / 8,
                                WIDTH / 8,
                                (s, _, _) -> vae.cut(s, image, whole(height), 8),
                                (_, _) -> {});
        return scope.floats(encoded);
    }

    private static IValue rows(TensorScope scope, Vae vae, IValue image, int from, int length) {
        return vae.cut(
                scope, image, new Tile(new TileSpan(from, length, false, false), ALL_COLUMNS), 8);
    }

    private static Tile whole(int height) {
        return new Tile(new TileSpan(0, height / 8, true, true), ALL_COLUMNS);
    }

    /** An element of a latent [1, 32, rows, WIDTH / 8]. */
    private static float at(FloatTensor latent, int rows, int channel, int row, int column) {
        return latent.at((channel * rows + row) * (WIDTH / 8) + column);
    }

    private static IValue image(TensorScope scope) {
        var random = new Random(7);
        ByteBuffer numbers =
                ByteBuffer.allocateDirect(3 * HEIGHT * WIDTH * Float.BYTES)
                        .order(ByteOrder.nativeOrder());
        while (numbers.hasRemaining()) {
            numbers.putFloat(2 * random.nextFloat() - 1);
        }
        return scope.tensor(numbers.flip(), TensorType.F32, TensorShape.of(1, 3, HEIGHT, WIDTH));
    }
}
