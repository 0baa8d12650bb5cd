package io.heritage.models.rife;

import io.heritage.models.torch.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Type of the blocks' convolutions; images, flow and warping are float32 in each. */
public enum RifePrecision {
    FP32(6),
    /** Where the processor has {@code avx512_bf16}, and on CUDA. */
    BF16(15),
    /** On CUDA only. */
    FP16(5);

    private static final Path CPU_FLAGS = Path.of("/proc/cpuinfo");

    private final int torchType;

    RifePrecision(int torchType) {
        this.torchType = torchType;
    }

    int torchType() {
        return torchType;
    }

    /** Whether it is fast there; slow emulation counts as no. */
    public boolean runsOn(Device device) {
        return switch (device) {
            case Device.Cuda _ -> true;
            case Device.Cpu _ -> this == FP32 || (this == BF16 && cpuMultipliesBfloat16());
        };
    }

    private static boolean cpuMultipliesBfloat16() {
        if (!Files.isReadable(CPU_FLAGS)) {
            return false;
        }
        try {
            return Files.readString(CPU_FLAGS).contains("avx512_bf16");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
