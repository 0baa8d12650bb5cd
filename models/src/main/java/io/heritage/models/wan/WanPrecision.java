package io.heritage.models.wan;

import io.heritage.models.torch.Device;

/**
 * Type of matrix products, convolutions and attention; norms, modulation, rotation, the experts'
 * residual stream and the sampler are float32 in each.
 */
public enum WanPrecision {
    FP32(6, 4),
    BF16(15, 2),
    FP16(5, 2);

    private final int torchType;
    private final int bytes;

    WanPrecision(int torchType, int bytes) {
        this.torchType = torchType;
        this.bytes = bytes;
    }

    /** Float32 on the CPU, bfloat16 elsewhere. */
    public static WanPrecision usualOn(Device device) {
        return switch (device) {
            case Device.Cpu _ -> FP32;
            case Device.Cuda _ -> BF16;
        };
    }

    int torchType() {
        return torchType;
    }

    /** Of one number. */
    public int bytes() {
        return bytes;
    }

    /** The text encoder overflows in float16. */
    WanPrecision ofText() {
        return this == FP16 ? BF16 : this;
    }
}
