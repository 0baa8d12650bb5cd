package io.heritage.models.wan.dit;

/** Kernel of the experts' attention. */
public enum AttentionKernel {
    /** cuDNN's on Hopper if a trial agrees with libtorch's own choice, else libtorch's. */
    AUTO,
    /** cuDNN's; loading fails if the trial fails. */
    CUDNN,
    /** libtorch's own choice: FlashAttention 2 on CUDA. */
    SDPA
}
