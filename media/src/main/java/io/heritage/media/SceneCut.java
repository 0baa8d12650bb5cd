package io.heritage.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Tells whether a scene changes between two neighbouring frames of any depth. Both are reduced to
 * {@value #COLUMNS} by {@value #ROWS} cells of mean luma (about 16 samples each), then a cut needs
 * all three:
 *
 * <ul>
 *   <li>much changes: the mean absolute difference of the cells;
 *   <li>the tones change: the distance of the two histograms, which a pan hardly moves;
 *   <li>the picture changes: a low correlation of the cells, which a flash or fade, being brighter
 *       or darker as a whole, leaves high.
 * </ul>
 *
 * Costs well under a millisecond a frame. One thread; the cells of the later frame are not kept.
 */
public final class SceneCut {

    private static final int COLUMNS = 64;
    private static final int ROWS = 36;
    private static final int CELLS = COLUMNS * ROWS;
    private static final int SAMPLES = 4;
    private static final int BINS = 32;

    private static final double LEAST_DIFFERENCE = 14;
    private static final double LEAST_TONE_DISTANCE = 0.2;
    private static final double MOST_CORRELATION = 0.6;

    private final float[] earlierCells = new float[CELLS];
    private final float[] laterCells = new float[CELLS];

    /**
     * What was measured between two frames.
     *
     * @param difference mean absolute difference, 0 to 255
     * @param toneDistance of the histograms, 0 (same) to 1 (nothing in common)
     * @param correlation of the cells, -1 to 1; 1 for two even pictures
     */
    public record Change(double difference, double toneDistance, double correlation) {

        public boolean isCut() {
            return difference >= LEAST_DIFFERENCE
                    && toneDistance >= LEAST_TONE_DISTANCE
                    && correlation <= MOST_CORRELATION;
        }
    }

    public boolean isCut(RgbFrame earlier, RgbFrame later) {
        return measure(earlier, later).isCut();
    }

    public Change measure(RgbFrame earlier, RgbFrame later) {
        reduce(earlier, earlierCells);
        reduce(later, laterCells);
        return new Change(difference(), toneDistance(), correlation());
    }

    private static void reduce(RgbFrame frame, float[] cells) {
        ByteBuffer pixels = frame.pixels();
        int pixel = frame.pixelBytes();
        int sample = frame.depth().bytes();
        int high = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? sample - 1 : 0;
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                int sum = 0;
                for (int i = 0; i < SAMPLES; i++) {
                    int y = (int) ((long) (row * SAMPLES + i) * frame.height() / (ROWS * SAMPLES));
                    for (int j = 0; j < SAMPLES; j++) {
                        int x =
                                (int)
                                        ((long) (column * SAMPLES + j)
                                                * frame.width()
                                                / (COLUMNS * SAMPLES));
                        sum += luma(pixels, (y * frame.width() + x) * pixel + high, sample);
                    }
                }
                cells[row * COLUMNS + column] = sum / (256f * SAMPLES * SAMPLES);
            }
        }
    }

    /** 256 times BT.709 luma. */
    private static int luma(ByteBuffer pixels, int at, int sample) {
        return 54 * (pixels.get(at) & 0xff)
                + 183 * (pixels.get(at + sample) & 0xff)
                + 19 * (pixels.get(at + 2 * sample) & 0xff);
    }

    private double difference() {
        double sum = 0;
        for (int i = 0; i < CELLS; i++) {
            sum += Math.abs(earlierCells[i] - laterCells[i]);
        }
        return sum / CELLS;
    }

    /**
     * Each cell is shared between its two nearest bins, so that a small shift of all tones is a
     * small distance.
     */
    private double toneDistance() {
        double[] balance = new double[BINS + 1];
        for (int i = 0; i < CELLS; i++) {
            count(balance, earlierCells[i], 1);
            count(balance, laterCells[i], -1);
        }
        double sum = 0;
        for (double difference : balance) {
            sum += Math.abs(difference);
        }
        return sum / (2 * CELLS);
    }

    private static void count(double[] bins, float tone, int weight) {
        float position = tone * BINS / 256;
        int bin = (int) position;
        float share = position - bin;
        bins[bin] += weight * (1 - share);
        bins[bin + 1] += weight * share;
    }

    private double correlation() {
        double earlierMean = mean(earlierCells);
        double laterMean = mean(laterCells);
        double both = 0;
        double earlierSquares = 0;
        double laterSquares = 0;
        for (int i = 0; i < CELLS; i++) {
            double e = earlierCells[i] - earlierMean;
            double l = laterCells[i] - laterMean;
            both += e * l;
            earlierSquares += e * e;
            laterSquares += l * l;
        }
        double spread = Math.sqrt(earlierSquares * laterSquares);
        if (spread < 1e-6 * CELLS) {
            return earlierSquares + laterSquares < CELLS
                    ? 1
                    : 0; // an even picture has no shape to compare
        }
        return both / spread;
    }

    private static double mean(float[] cells) {
        double sum = 0;
        for (float cell : cells) {
            sum += cell;
        }
        return sum / CELLS;
    }
}
