package io.heritage.models.seedvr2;

/** Of one sample of a frame in host memory. */
public enum SampleBits {
    /** A byte, 0 to 255. */
    EIGHT(1),
    /** A little-endian word, 0 to 65,535. To the network a pixel is 6 bytes, DJL has no words. */
    SIXTEEN(2);

    private final int bytes;

    SampleBits(int bytes) {
        this.bytes = bytes;
    }

    public int bytes() {
        return bytes;
    }
}
