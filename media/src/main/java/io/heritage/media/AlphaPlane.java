package io.heritage.media;

import java.nio.ByteBuffer;

/**
 * The transparency of one picture in native memory, which the garbage collector frees.
 *
 * @param samples direct; a byte a pixel, rows from the top without padding, 0 (transparent) to 255
 *     (opaque); shape {@code [height, width]} from its position to its limit
 */
public record AlphaPlane(int width, int height, ByteBuffer samples) {

    public AlphaPlane {
        if (samples.remaining() != Math.multiplyExact(width, height)) {
            throw new IllegalArgumentException(
                    "%d bytes of alpha for a picture of %dx%d"
                            .formatted(samples.remaining(), width, height));
        }
    }

    /** A fully transparent plane. */
    static AlphaPlane allocate(int width, int height) {
        return new AlphaPlane(
                width, height, ByteBuffer.allocateDirect(Math.multiplyExact(width, height)));
    }

    /** Whether every pixel is opaque. */
    boolean isOpaque() {
        for (int i = samples.position(); i < samples.limit(); i++) {
            if (samples.get(i) != -1) {
                return false;
            }
        }
        return true;
    }

    /** Multiplies an 8-bit picture of the same size by its alpha, as if it were on black. */
    void multiply(RgbFrame picture) {
        picture.requireEightBit();
        ByteBuffer pixels = picture.pixels();
        for (int i = 0; i < width * height; i++) {
            int seen = samples.get(samples.position() + i) & 0xff;
            for (int c = 3 * i; seen < 255 && c < 3 * i + 3; c++) {
                pixels.put(c, (byte) (((pixels.get(c) & 0xff) * seen + 127) / 255));
            }
        }
    }

    /** The plane in upright orientation; itself if it is upright already. */
    AlphaPlane upright(Orientation orientation) {
        if (orientation == Orientation.UPRIGHT) {
            return this;
        }
        AlphaPlane upright =
                orientation.swapsSides() ? allocate(height, width) : allocate(width, height);
        for (int y = 0; y < upright.height; y++) {
            for (int x = 0; x < upright.width; x++) {
                upright.samples.put(
                        y * upright.width + x,
                        samples.get(orientation.storedIndex(x, y, width, height)));
            }
        }
        return upright;
    }
}
