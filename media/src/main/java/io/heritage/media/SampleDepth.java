package io.heritage.media;

/** How many bits one sample of a frame has in memory. */
public enum SampleDepth {
    /** A byte, 0 to 255. */
    EIGHT(1),
    /** A word in the machine's order, 0 to 65,535. */
    SIXTEEN(2);

    private final int bytes;

    SampleDepth(int bytes) {
        this.bytes = bytes;
    }

    /** Of one sample. */
    public int bytes() {
        return bytes;
    }

    /** The largest value. */
    int max() {
        return this == EIGHT ? 0xff : 0xffff;
    }
}
