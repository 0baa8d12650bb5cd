package io.heritage.models.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Number type of a network's matrix products, convolutions and attention. The TorchScript file of
 * each network says what it always computes in float32 (norms, modulation, rotation, samplers, flow
 * and warping).
 */
public enum Precision {
    FP32("fp32", 6, 4),
    BF16("bf16", 15, 2),
    FP16("fp16", 5, 2);

    private static final Path CPU_FLAGS = Path.of("/proc/cpuinfo");

    private final String id;
    private final int torchType;
    private final int bytes;

    Precision(String id, int torchType, int bytes) {
        this.id = id;
        this.torchType = torchType;
        this.bytes = bytes;
    }

    /** float32 on the CPU, bfloat16 on CUDA. */
    public static Precision usualOn(Device device) {
        return switch (device) {
            case Device.Cpu _ -> FP32;
            case Device.Cuda _ -> BF16;
        };
    }

    /**
     * @param id {@code fp32}, {@code bf16} or {@code fp16}
     */
    public static Precision parse(String id) {
        return Arrays.stream(values())
                .filter(precision -> precision.id.equals(id))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "precision '%s' is none of fp32, bf16, fp16".formatted(id)));
    }

    public String id() {
        return id;
    }

    /** Torch's number of this type. */
    public int torchType() {
        return torchType;
    }

    /** Bytes of one number. */
    public int bytes() {
        return bytes;
    }

    /**
     * Whether the device has instructions for it: bf16 needs {@code avx512_bf16} on a CPU, fp16
     * needs CUDA. Without them libtorch emulates it, slowly.
     */
    public boolean isNativeOn(Device device) {
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
