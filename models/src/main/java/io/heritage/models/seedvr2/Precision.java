package io.heritage.models.seedvr2;

import io.heritage.models.torch.Device;

/** Type of weights and activations; norms, modulation, rotation and the sampler are float32. */
public enum Precision {
    FP32(6, 4),
    BF16(15, 2),
    FP16(5, 2);

    private final int torchType;
    private final int bytes;

    Precision(int torchType, int bytes) {
        this.torchType = torchType;
        this.bytes = bytes;
    }

    /** float32 on the CPU, bfloat16 elsewhere, as the reference runs. */
    public static Precision usualOn(Device device) {
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
}
