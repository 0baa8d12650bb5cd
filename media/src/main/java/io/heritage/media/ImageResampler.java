package io.heritage.media;

import io.heritage.schemas.FrameSize;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;

/**
 * Centre crop and Lanczos to a size: docs/spec/wan22.md, section 1.3. Separable and antialiased,
 * horizontal pass first, intermediate rounded to 8 bit, a pass that changes nothing is left out.
 * Weights are fixed point with 22 binary digits, so a result may differ from exact arithmetic by
 * one where that lies on a half.
 *
 * <p>Works in bands of output rows on the common pool; each band filters just the input rows it
 * needs horizontally and keeps them in the cache for its vertical pass. Any thread.
 */
public final class ImageResampler {

    private static final int BAND_ROWS = 32;

    /**
     * Crops the picture to the target's aspect around its centre and resizes it; the caller closes
     * the new frame.
     */
    public RgbFrame fit(RgbFrame picture, FrameSize target) {
        return resize(picture, CropBox.centred(picture.width(), picture.height(), target), target);
    }

    /** Resizes a part of the picture; the caller closes the new frame. */
    public RgbFrame resize(RgbFrame picture, CropBox box, FrameSize target) {
        check(picture, box);
        RgbFrame resized = RgbFrame.allocate(target.width(), target.height());
        ResizePass pass =
                new ResizePass(
                        picture,
                        box,
                        LanczosAxis.of(box.width(), target.width()),
                        LanczosAxis.of(box.height(), target.height()),
                        resized);
        int bands = Math.ceilDiv(target.height(), BAND_ROWS);
        IntStream.range(0, bands)
                .parallel()
                .forEach(band ->
                        pass.run(
                                band * BAND_ROWS,
                                Math.min(target.height(), (band + 1) * BAND_ROWS)));
        return resized;
    }

    private static void check(RgbFrame picture, CropBox box) {
        picture.requireEightBit();
        if (box.x() < 0
                || box.y() < 0
                || box.width() < 1
                || box.height() < 1
                || box.x() + box.width() > picture.width()
                || box.y() + box.height() > picture.height()) {
            throw new IllegalArgumentException(
                    "%s is not within a picture of %dx%d"
                            .formatted(box, picture.width(), picture.height()));
        }
    }

    /** One resize, shared by the bands, each of which writes its own rows. */
    private record ResizePass(
            RgbFrame picture, CropBox box, LanczosAxis across, LanczosAxis down, RgbFrame resized) {

        void run(int top, int bottom) {
            int first = down.firstTap(top);
            int last = down.firstTap(bottom - 1) + down.taps(bottom - 1);
            int rowLength = across.outputs() * 3;
            short[] filtered = new short[(last - first) * rowLength];
            filterRows(first, last, filtered);
            int[] sums = new int[rowLength];
            byte[] row = new byte[rowLength];
            ByteBuffer target = resized.pixels();
            for (int y = top; y < bottom; y++) {
                down.filterColumns(y, filtered, first, sums, row);
                target.put(y * rowLength, row);
            }
        }

        private void filterRows(int first, int last, short[] filtered) {
            ByteBuffer source = picture.pixels();
            byte[] row = new byte[box.width() * 3];
            for (int y = first; y < last; y++) {
                source.get(((box.y() + y) * picture.width() + box.x()) * 3, row);
                across.filterRow(row, filtered, (y - first) * across.outputs() * 3);
            }
        }
    }
}
