package io.heritage.models.seedvr2.weights;

import io.heritage.models.torch.Device;
import java.util.Arrays;

/** Type of weights and activations; norms, modulation, rotation and the sampler are float32. */
public enum Precision {
    FP32("fp32", 6, 4),
    BF16("bf16", 15, 2),
    FP16("fp16", 5, 2);

    private final String id;
    private final int torchType;
    private final int bytes;

    Precision(String id, int torchType, int bytes) {
        this.id = id;
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

    int torchType() {
        return torchType;
    }

    /** Of one number. */
    public int bytes() {
        return bytes;
    }
}
