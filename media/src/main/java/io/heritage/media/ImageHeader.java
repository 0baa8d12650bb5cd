package io.heritage.media;

/**
 * The facts in a picture's first bytes.
 *
 * @param width stored columns, before the orientation is applied
 * @param height stored rows, before the orientation is applied
 * @param orientation from EXIF (JPEG, PNG, WebP) or the TIFF directory
 */
public record ImageHeader(ImageFormat format, int width, int height, Orientation orientation) {

    /** Columns of the upright picture. */
    public int uprightWidth() {
        return orientation.swapsSides() ? height : width;
    }

    /** Rows of the upright picture. */
    public int uprightHeight() {
        return orientation.swapsSides() ? width : height;
    }
}
