package io.heritage.processor.device;

import java.util.List;

/**
 * A device, its memory and the models in it.
 *
 * @param device {@code cpu} or {@code cuda:N}
 * @param memoryBytes memory of the GPU in all; 0 for a CPU
 * @param models resident
 */
public record DeviceStatus(
        String device, long memoryBytes, long memoryUsedBytes, List<String> models) {
    public static final DeviceStatus UNKNOWN = new DeviceStatus("", 0, 0, List.of());

    public DeviceStatus {
        models = List.copyOf(models);
    }

    public boolean isCuda() {
        return device.startsWith("cuda");
    }
}
