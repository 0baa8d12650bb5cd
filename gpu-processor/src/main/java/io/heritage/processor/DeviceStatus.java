package io.heritage.processor;

import java.util.List;

/**
 * What the device is and holds.
 *
 * @param device {@code cpu} or {@code cuda:N}
 * @param memoryBytes of the GPU in all; 0 for a CPU
 * @param models resident
 */
record DeviceStatus(String device, long memoryBytes, long memoryUsedBytes, List<String> models) {
    static final DeviceStatus UNKNOWN = new DeviceStatus("", 0, 0, List.of());

    DeviceStatus {
        models = List.copyOf(models);
    }

    boolean isCuda() {
        return device.startsWith("cuda");
    }
}
