package io.heritage.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Tells whether a scene changes between two neighbouring frames of any depth. Both are reduced to
 * {@value #COLUMNS} by {@value #ROWS} cells of mean luma (about 16 samples each).
 *
 * <ul>
 *   <li>If both have shapes, it is a cut if these do not match. Shapes are the cells without broad
 *       light and finest detail, with contrasts equalised, so that shots of similar tones and at
 *       night can be distinguished. They match in place in a flash, a fade or behind a passer-by,
 *       and shifted as a whole in a pan or with camera shake.
 *   <li>If neither has any, it is a cut if everything changes: the cells, the tones and the
 *       correlation of the cells. A change from no shapes to shapes counts as a fade.
 * </ul>
 *
 * <p>The thresholds of the shapes gave the best result of {@code SceneCutBenchmark}. A frame that
 * matches in place takes well under a millisecond, one that moves some milliseconds. One thread;
 * the cells of the later frame are not kept.
 */
public final class SceneCut {

    private static final int COLUMNS = 64;
    private static final int ROWS = 36;
    private static final int CELLS = COLUMNS * ROWS;
    private static final int SAMPLES = 4;

    /** Radius in cells of the mean that is the broad light. */
    private static final int BROAD = 6;

    /** Largest shift between two frames, in cells. */
    private static final int MOST_ACROSS = COLUMNS / 4;

    private static final int MOST_DOWN = ROWS / 6;

    /** Contrast of shapes, in levels of 255, that may be noise. */
    private static final double NOISE = 2;

    private static final int BINS = 32;
    private static final double LEAST_DIFFERENCE = 14;
    private static final double LEAST_TONE_DISTANCE = 0.2;
    private static final double MOST_CORRELATION = 0.6;

    private static final double LEAST_CONTRAST = 0.3;
    private static final double MOST_MATCH_IN_PLACE = 0.48;
    private static final double MOST_MATCH_MOVED = 0.58;

    private final float[] earlierCells = new float[CELLS];
    private final float[] laterCells = new float[CELLS];
    private final float[] earlierShapes = new float[CELLS];
    private final float[] laterShapes = new float[CELLS];

    /**
     * Measures of two neighbouring frames.
     *
     * @param difference mean absolute difference of the cells, 0 to 255
     * @param toneDistance of the histograms, 0 (same) to 1 (nothing in common)
     * @param correlation of the cells, -1 to 1; 1 for two even pictures
     * @param contrast of the shapes of the frame that has less, 0 (even, or noise) to 1
     * @param bothEven neither frame has shapes
     * @param matchInPlace correlation of the shapes, -1 to 1
     * @param matchMoved the same where they match best
     */
    public record Change(
            double difference,
            double toneDistance,
            double correlation,
            double contrast,
            boolean bothEven,
            double matchInPlace,
            double matchMoved) {

        public boolean isCut() {
            if (contrast < LEAST_CONTRAST) {
                return bothEven
                        && difference >= LEAST_DIFFERENCE
                        && toneDistance >= LEAST_TONE_DISTANCE
                        && correlation <= MOST_CORRELATION;
            }
            return matchInPlace <= MOST_MATCH_IN_PLACE && matchMoved <= MOST_MATCH_MOVED;
        }
    }

    public boolean isCut(RgbFrame earlier, RgbFrame later) {
        return measure(earlier, later).isCut();
    }

    public Change measure(RgbFrame earlier, RgbFrame later) {
        reduce(earlier, earlierCells);
        reduce(later, laterCells);
        shapes(earlierCells, earlierShapes);
        shapes(laterCells, laterShapes);
        double earlierContrast = Math.sqrt(squares(earlierShapes) / CELLS);
        double laterContrast = Math.sqrt(squares(laterShapes) / CELLS);
        double contrast = Math.min(earlierContrast, laterContrast);
        boolean bothEven = Math.max(earlierContrast, laterContrast) < LEAST_CONTRAST;
        double inPlace = match(0, 0);
        return new Change(
                difference(),
                toneDistance(),
                correlation(),
                contrast,
                bothEven,
                inPlace,
                inPlace <= MOST_MATCH_IN_PLACE ? bestMatch() : inPlace);
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
     * Means of three by three cells minus those of a wide neighbourhood, normalised by its
     * contrast, so that one lamp counts no more than the dark around it.
     */
    private static void shapes(float[] cells, float[] shapes) {
        double[] sums = sums(cells);
        for (int i = 0; i < CELLS; i++) {
            int x = i % COLUMNS;
            int y = i / COLUMNS;
            shapes[i] = (float) (mean(sums, x, y, 1) - mean(sums, x, y, BROAD));
        }
        float[] squares = new float[CELLS];
        for (int i = 0; i < CELLS; i++) {
            squares[i] = shapes[i] * shapes[i];
        }
        double[] sumsOfSquares = sums(squares);
        for (int i = 0; i < CELLS; i++) {
            double contrast = mean(sumsOfSquares, i % COLUMNS, i / COLUMNS, BROAD);
            shapes[i] /= (float) Math.sqrt(contrast + NOISE * NOISE);
        }
    }

    /** Summed-area table of the cells. */
    private static double[] sums(float[] cells) {
        double[] sums = new double[(COLUMNS + 1) * (ROWS + 1)];
        for (int y = 0; y < ROWS; y++) {
            double row = 0;
            for (int x = 0; x < COLUMNS; x++) {
                row += cells[y * COLUMNS + x];
                sums[(y + 1) * (COLUMNS + 1) + x + 1] = sums[y * (COLUMNS + 1) + x + 1] + row;
            }
        }
        return sums;
    }

    /** Mean of the cells within a distance, from the summed-area table. */
    private static double mean(double[] sums, int x, int y, int distance) {
        int left = Math.max(0, x - distance);
        int right = Math.min(COLUMNS, x + distance + 1);
        int top = Math.max(0, y - distance);
        int bottom = Math.min(ROWS, y + distance + 1);
        int stride = COLUMNS + 1;
        double sum =
                sums[bottom * stride + right]
                        - sums[top * stride + right]
                        - sums[bottom * stride + left]
                        + sums[top * stride + left];
        return sum / ((right - left) * (bottom - top));
    }

    private static double squares(float[] shapes) {
        double sum = 0;
        for (float shape : shapes) {
            sum += shape * shape;
        }
        return sum;
    }

    private double bestMatch() {
        double best = -1;
        for (int down = -MOST_DOWN; down <= MOST_DOWN && best <= MOST_MATCH_MOVED; down++) {
            for (int across = -MOST_ACROSS; across <= MOST_ACROSS; across++) {
                best = Math.max(best, match(across, down));
            }
        }
        return best;
    }

    /** Correlation of the shapes where both frames have some, with the later frame shifted. */
    private double match(int across, int down) {
        double both = 0;
        double earlierSquares = 0;
        double laterSquares = 0;
        int left = Math.max(0, -across);
        int right = Math.min(COLUMNS, COLUMNS - across);
        for (int y = Math.max(0, -down); y < Math.min(ROWS, ROWS - down); y++) {
            for (int x = left; x < right; x++) {
                float e = earlierShapes[y * COLUMNS + x];
                float l = laterShapes[(y + down) * COLUMNS + x + across];
                both += e * l;
                earlierSquares += e * e;
                laterSquares += l * l;
            }
        }
        double spread = Math.sqrt(earlierSquares * laterSquares);
        return spread == 0 ? 0 : both / spread;
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
