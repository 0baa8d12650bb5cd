package io.heritage.processor.config;

/** Setting for the encoder of videos. */
public enum EncoderChoice {
    /** On the GPU if a trial at the start succeeds, otherwise on the CPU. */
    AUTO,

    /** On the CPU. */
    CPU,

    /** On the GPU by NVENC, or the processor does not start. */
    NVENC
}
