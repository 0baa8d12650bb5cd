package io.heritage.schemas;

/** Bits of one sample of a frame in host memory. */
public enum SampleDepth {
    /** A byte, 0 to 255. */
    EIGHT(1),
    /** A word in the machine's order, 0 to 65,535. To a network a pixel is 6 bytes. */
    SIXTEEN(2);

    private final int bytes;

    SampleDepth(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes a sample. */
    public int bytes() {
        return bytes;
    }

    /** The largest value. */
    public int max() {
        return this == EIGHT ? 0xff : 0xffff;
    }
}
