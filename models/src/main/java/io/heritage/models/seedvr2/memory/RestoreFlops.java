package io.heritage.models.seedvr2.memory;

import io.heritage.models.seedvr2.dit.Dit;
import io.heritage.models.seedvr2.dit.DitLayout;
import io.heritage.models.seedvr2.dit.TokenGrid;
import io.heritage.models.seedvr2.dit.WindowPartition;
import io.heritage.models.seedvr2.dit.WindowPartition.Method;
import io.heritage.models.seedvr2.vae.Vae;
import io.heritage.models.seedvr2.vae.VaeLayout;
import io.heritage.schemas.FrameSize;
import java.util.List;

/**
 * Operations of a clip, counted from the shapes of the networks: two for each multiplication and
 * addition of convolutions, matrix products and attention.
 *
 * @param encode of the VAE
 * @param diffuse one pass of the transformer
 * @param decode of the VAE
 */
public record RestoreFlops(long encode, long diffuse, long decode) {
    /**
     * @param frames of the clip after padding, 4n + 1; one frame takes the collapsed kernels
     * @param size as the network takes it
     * @param textTokens that join every window
     */
    public static RestoreFlops of(Dit dit, Vae vae, int frames, FrameSize size, int textTokens) {
        return of(dit.layout(), vae.layout(), frames, size, textTokens);
    }

    static RestoreFlops of(
            DitLayout dit, VaeLayout vae, int frames, FrameSize size, int textTokens) {
        int latentFrames = (frames - 1) / VaeLayout.TEMPORAL_FACTOR + 1;
        var grid =
                TokenGrid.ofLatent(
                        latentFrames,
                        size.height() / VaeLayout.SPATIAL_FACTOR,
                        size.width() / VaeLayout.SPATIAL_FACTOR);
        var convolutions = new Convolutions(vae, frames, size);
        return new RestoreFlops(
                convolutions.encoder(), transformer(dit, grid, textTokens), convolutions.decoder());
    }

    private static long transformer(DitLayout dit, TokenGrid grid, int textTokens) {
        long width = dit.width();
        long matrices =
                switch (dit.kind()) {
                    case PIXEL_GELU -> 2;
                    case MM_SWIGLU -> 3;
                };
        long block = 4 * width * width + matrices * width * dit.hidden();
        long ends = width * 4 * (DitLayout.INPUT_CHANNELS + DitLayout.LATENT_CHANNELS);
        long linear =
                2 * block * (grid.tokens() + textTokens) * dit.layers() + 2 * ends * grid.tokens();
        long attention = 0;
        for (int layer = 0; layer < dit.layers(); layer++) {
            var windows = WindowPartition.RELEASED.windows(grid, Method.ofLayer(layer));
            attention +=
                    windows.stream()
                            .mapToLong(window -> window.extent().tokens() + textTokens)
                            .map(tokens -> 4 * tokens * tokens * width)
                            .sum();
        }
        return linear + attention;
    }

    /** Operations of a VAE. */
    private record Convolutions(VaeLayout layout, int frames, FrameSize size) {
        private static final int RGB = 3;
        private static final int POINT = 1;
        private static final int PLANE = 9;
        private static final int DOWN_RESNETS = 2;
        private static final int UP_RESNETS = 3;

        long encoder() {
            List<Integer> channels = layout.channels();
            int deepest = channels.size() - 1;
            long sum = conv(0, RGB, channels.getFirst(), cube());
            for (int level = 0; level <= deepest; level++) {
                int out = channels.get(level);
                sum += resnets(level, channels.get(Math.max(level - 1, 0)), out, DOWN_RESNETS);
                if (level < deepest) {
                    sum += conv(level + 1, out, out, halvesTime(level) ? cube() : PLANE);
                }
            }
            return sum + middle() + conv(deepest, channels.getLast(), 2 * layout.latent(), cube());
        }

        long decoder() {
            List<Integer> channels = layout.channels();
            int deepest = channels.size() - 1;
            long sum = conv(deepest, layout.latent(), channels.getLast(), cube()) + middle();
            for (int level = deepest; level >= 0; level--) {
                int out = channels.get(level);
                sum += resnets(level, channels.get(Math.min(level + 1, deepest)), out, UP_RESNETS);
                if (level > 0) {
                    boolean doubles = halvesTime(level - 1) && frames > 1;
                    sum += conv(level, out, (doubles ? 8 : 4) * out, POINT);
                    sum += conv(level - 1, out, out, cube());
                }
            }
            return sum + conv(0, channels.getFirst(), RGB, cube());
        }

        private boolean halvesTime(int level) {
            return level >= layout.channels().size() - 3;
        }

        private int cube() {
            return frames == 1 ? PLANE : 3 * PLANE;
        }

        private long resnets(int level, int in, int out, int count) {
            long first = conv(level, in, out, cube()) + conv(level, out, out, cube());
            long shortcut = in == out ? 0 : conv(level, in, out, POINT);
            return first + shortcut + (count - 1) * 2 * conv(level, out, out, cube());
        }

        private long middle() {
            int deepest = layout.channels().size() - 1;
            int width = layout.channels().getLast();
            long positions = pixels(deepest);
            long products = 4 * conv(deepest, width, width, POINT);
            long attention = 4 * positions * positions * width * framesAt(deepest);
            return resnets(deepest, width, width, 2) + products + attention;
        }

        private long conv(int level, long in, long out, int taps) {
            return 2 * taps * in * out * framesAt(level) * pixels(level);
        }

        private long pixels(int level) {
            return (long) (size.height() >> level) * (size.width() >> level);
        }

        private long framesAt(int level) {
            int halvings = Math.max(0, level - (layout.channels().size() - 3));
            return ((frames - 1) >> halvings) + 1;
        }
    }
}
