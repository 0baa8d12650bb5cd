package io.heritage.models.wan;

import io.heritage.models.torch.CudaDevice;
import io.heritage.models.torch.Device;
import io.heritage.models.torch.Precision;

/** Checks that a device can multiply 8-bit matrices. */
final class Float8Products {
    private static final int HOPPER = 90;

    private Float8Products() {}

    /**
     * @throws IllegalArgumentException that says what is missing
     */
    static void require(Device device, Precision precision) {
        switch (device) {
            case Device.Cpu cpu -> throw refused("this is the " + cpu);
            case Device.Cuda cuda -> {
                int capability = CudaDevice.capability(cuda);
                if (capability < HOPPER) {
                    throw refused("%s has %d".formatted(cuda, capability));
                }
            }
        }
        if (precision != Precision.BF16) {
            throw refused("with BF16 beside them, found " + precision);
        }
    }

    private static IllegalArgumentException refused(String found) {
        return new IllegalArgumentException(
                "float8 MULTIPLY needs CUDA with compute capability %d (Hopper) or more: %s. Use KEEP, REQUANTISE or WIDEN"
                        .formatted(HOPPER, found));
    }
}
