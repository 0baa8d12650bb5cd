package io.heritage.processor.restore;

import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.torch.Device;
import io.heritage.models.torch.GpuMemory;
import io.heritage.processor.device.DeviceMemory;

/**
 * Memory that a job may take, the weights included.
 *
 * @param device {@code CPU} or {@code CUDA}, as clients read it
 * @param bytes that it may take where it cannot do with less
 * @param longestChunk frames of a video at once, at most
 * @param chunkBytes that it may take to have longer chunks or larger slices; at most {@code bytes}
 */
record MemoryBudget(String device, long bytes, int longestChunk, long chunkBytes) {
    private static final int LONGEST_ON_CPU = 61;

    /**
     * In addition to the weights. Other programs use the machine's memory too, and longer chunks
     * gain little: of 61 frames 4 are restored twice, of 17 as many.
     */
    private static final long CHUNK_ON_CPU = 4L << 30;

    /**
     * The longest clip that the reference restores as a whole, so that no frame is restored twice.
     */
    private static final int LONGEST_ON_CUDA = 121;

    /** The budget of the leading device; the others have the same. */
    static MemoryBudget of(SeedVr2 model) {
        return switch (model.device()) {
            case Device.Cpu _ -> ofMachine(DeviceMemory.usableOfMachine(), model.weightBytes());
            case Device.Cuda _ ->
                    new MemoryBudget(
                            "CUDA",
                            GpuMemory.usable(model.deviceMemory().orElse(Long.MAX_VALUE)),
                            LONGEST_ON_CUDA);
        };
    }

    /** A budget that chunks may use entirely. */
    MemoryBudget(String device, long bytes, int longestChunk) {
        this(device, bytes, longestChunk, bytes);
    }

    static MemoryBudget ofMachine(long usable, long weights) {
        return new MemoryBudget(
                "CPU", usable, LONGEST_ON_CPU, Math.min(usable, weights + CHUNK_ON_CPU));
    }

    /** Whether other resident models reduce it; a machine's memory is counted whole. */
    boolean shared() {
        return device.equals("CUDA");
    }

    MemoryBudget unlimited() {
        return new MemoryBudget(device, Long.MAX_VALUE, longestChunk);
    }

    /** A part of the budget that chunks may use entirely. */
    MemoryBudget part(long part) {
        return new MemoryBudget(device, part, longestChunk);
    }
}
