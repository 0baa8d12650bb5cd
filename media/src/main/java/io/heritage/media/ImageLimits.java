package io.heritage.media;

import java.util.Locale;

/**
 * Limits on the size of a picture, checked on its header before a pixel is decoded.
 *
 * @param maxPixels width times height, at most
 * @param maxSide the longer side, at most
 * @param minSide the shorter side, at least
 */
public record ImageLimits(long maxPixels, int maxSide, int minSide) {

    /** 100 megapixels, 32,768 pixels a side, nothing too small. */
    public static final ImageLimits DEFAULT = new ImageLimits(100_000_000, 32_768, 1);

    /** Allowance for metadata in an encoded picture. */
    private static final long METADATA_BYTES = 16L << 20;

    public ImageLimits {
        if (maxPixels < 1 || maxSide < 1 || minSide < 1 || minSide > maxSide) {
            throw new IllegalArgumentException(
                    "image limits must be positive and the smallest side within the largest; found max pixels "
                            + maxPixels
                            + ", max side "
                            + maxSide
                            + ", min side "
                            + minSide);
        }
    }

    /**
     * @throws MediaRejected naming size and limit
     */
    public void check(int width, int height) {
        long pixels = (long) width * height;
        if (pixels > maxPixels) {
            throw new MediaRejected(
                    "%dx%d pixels (%s megapixels) exceed the limit of %s megapixels"
                            .formatted(width, height, megapixels(pixels), megapixels(maxPixels)));
        }
        if (Math.max(width, height) > maxSide) {
            throw new MediaRejected(
                    "%dx%d pixels exceed the limit of %d pixels a side"
                            .formatted(width, height, maxSide));
        }
        if (Math.min(width, height) < minSide) {
            throw new MediaRejected(
                    "%dx%d pixels are too small, each side must have at least %d"
                            .formatted(width, height, minSide));
        }
    }

    /**
     * More bytes than any picture within these limits needs: 16 bit RGBA uncompressed, and
     * metadata.
     */
    long maxEncodedBytes() {
        return Math.min(Integer.MAX_VALUE - 64L, maxPixels * 8 + METADATA_BYTES);
    }

    private static String megapixels(long pixels) {
        double mega = pixels / 1e6;
        return mega == Math.rint(mega)
                ? Long.toString(pixels / 1_000_000)
                : String.format(Locale.ROOT, "%.3g", mega);
    }
}
