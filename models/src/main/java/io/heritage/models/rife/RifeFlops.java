package io.heritage.models.rife;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Operations of a frame, counted from the shapes of the network: two for each multiplication and
 * addition of a convolution. Resizing and warping are not counted.
 *
 * @param flops by stage
 */
public record RifeFlops(Map<RifeStage, Long> flops) {
    private static final int PAD_MULTIPLE = 64;
    private static final List<Integer> SCALES = List.of(8, 4, 2, 1);
    private static final List<Integer> INPUTS = List.of(15, 20, 20, 20);
    private static final List<RifeStage> BLOCKS =
            List.of(RifeStage.BLOCK_0, RifeStage.BLOCK_1, RifeStage.BLOCK_2, RifeStage.BLOCK_3);

    /** The checkpoint's channels at a frame size. */
    public static RifeFlops of(int width, int height) {
        return of(List.of(192L, 128L, 96L, 64L), width, height);
    }

    static RifeFlops of(List<Long> channels, int width, int height) {
        long pixels = (long) padded(width) * padded(height);
        Map<RifeStage, Long> flops = new EnumMap<>(RifeStage.class);
        flops.put(RifeStage.ENCODE, 2 * (pixels / 4) * (9 * 3 * 16 + 16 * 16 * 4));
        for (int i = 0; i < BLOCKS.size(); i++) {
            long scale = SCALES.get(i);
            flops.put(
                    BLOCKS.get(i), block(channels.get(i), INPUTS.get(i), pixels / (scale * scale)));
        }
        flops.put(RifeStage.BLEND, 0L);
        return new RifeFlops(flops);
    }

    /** One block over a number of pixels; of the last convolution's 24 channels 20 are used. */
    private static long block(long c, long inputs, long pixels) {
        long half = 2 * (pixels / 4) * 9 * inputs * (c / 2);
        long quarter = 2 * (pixels / 16) * 9 * (c / 2) * c;
        long residuals = 8 * 2 * (pixels / 16) * 9 * c * c;
        long last = 2 * (pixels / 16) * 16 * c * 20;
        return half + quarter + residuals + last;
    }

    /** Operations of one new frame between two whose features are computed. */
    public long perFrame() {
        return flops.entrySet().stream()
                .filter(entry -> entry.getKey() != RifeStage.ENCODE)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Operations of one residual convolution of block 3, at the checkpoint's 64 channels. */
    static long largestConvolution(int padWidth, int padHeight) {
        return 2L * (padWidth / 4) * (padHeight / 4) * 9 * 64 * 64;
    }

    /** A side after padding at the right or bottom. */
    static int padded(int size) {
        return Math.ceilDiv(size, PAD_MULTIPLE) * PAD_MULTIPLE;
    }
}
