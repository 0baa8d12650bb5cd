package io.heritage.processor.restore;

import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.torch.Device;
import io.heritage.processor.device.DeviceMemory;

/**
 * Memory that a job may take, the weights included.
 *
 * @param device {@code CPU} or {@code CUDA}, as clients read it
 * @param longestChunk frames of a video at once, at most
 */
record MemoryBudget(String device, long bytes, int longestChunk) {
    private static final int LONGEST_ON_CPU = 61;

    /** The longest clip of the reference as a whole: no frame is restored twice. */
    private static final int LONGEST_ON_CUDA = 121;

    /** The budget of the leading device; the others are like it. */
    static MemoryBudget of(SeedVr2 model) {
        return switch (model.device()) {
            case Device.Cpu _ ->
                    new MemoryBudget("CPU", DeviceMemory.usableOfMachine(), LONGEST_ON_CPU);
            case Device.Cuda _ ->
                    new MemoryBudget(
                            "CUDA",
                            DeviceMemory.usable(model.deviceMemory().orElse(Long.MAX_VALUE)),
                            LONGEST_ON_CUDA);
        };
    }

    /** Whether other models that are resident take from it; a machine's memory is counted whole. */
    boolean shared() {
        return device.equals("CUDA");
    }

    MemoryBudget unlimited() {
        return new MemoryBudget(device, Long.MAX_VALUE, longestChunk);
    }
}
