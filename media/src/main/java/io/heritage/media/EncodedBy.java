package io.heritage.media;

/** Kind of encoder of a video. */
public enum EncodedBy {
    /** Libraries on the cores of the machine: any format, depth, size and quality. */
    CPU,

    /**
     * The encoder of an NVIDIA GPU. It writes mp4: H.264 of 8 bit, HEVC of 10 bit. Everything else
     * is encoded on the CPU, and so is a video that it refuses.
     */
    NVENC
}
