package io.heritage.processor.device;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * A device, its memory and the models in it.
 *
 * @param device {@code cpu} or {@code cuda:N}
 * @param memoryBytes memory of the GPU in all; 0 for a CPU
 * @param models resident
 * @param fallback why it is the CPU although the machine has an NVIDIA GPU
 */
public record DeviceStatus(
        String device,
        long memoryBytes,
        long memoryUsedBytes,
        List<String> models,
        Optional<String> fallback) {
    public static final DeviceStatus UNKNOWN = new DeviceStatus("", 0, 0, List.of());

    public DeviceStatus {
        models = List.copyOf(models);
    }

    /** Status of a device without a fallback. */
    public DeviceStatus(
            String device, long memoryBytes, long memoryUsedBytes, List<String> models) {
        this(device, memoryBytes, memoryUsedBytes, models, Optional.empty());
    }

    public boolean isCuda() {
        return device.startsWith("cuda");
    }

    /**
     * Fields for an endpoint's health check. {@code gpu_memory} is in bytes, 0 without a GPU;
     * {@code cuda_reason} says why a machine's GPU is not used.
     */
    public void describe(ObjectNode body) {
        body.put("cuda_available", isCuda()).put("gpu_memory", memoryBytes);
        fallback.ifPresent(reason -> body.put("cuda_reason", reason));
    }
}
