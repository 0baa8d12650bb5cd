package io.heritage.processor.device;

import io.heritage.models.torch.Device;
import io.heritage.models.torch.GpuMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The contents of a device: read by the thread that owns it, between two blocks of a network, and
 * available to any thread.
 */
public final class DeviceReport {
    private static final Duration PACE = Duration.ofSeconds(1);

    private final Supplier<DeviceStatus> started;
    private final ResidentModels resident;
    private final DeviceRuntime runtime;
    private long lookedAt = System.nanoTime() - PACE.toNanos();
    private volatile DeviceStatus last;

    /**
     * @param started the device as it was when the first model was loaded
     */
    public DeviceReport(
            Supplier<DeviceStatus> started, ResidentModels resident, DeviceRuntime runtime) {
        this.started = started;
        this.resident = resident;
        this.runtime = runtime;
        this.last = started.get();
    }

    /** Any thread. */
    public DeviceStatus last() {
        return last;
    }

    /** May be called often: it reads the device only from time to time. Device thread only. */
    public void look() {
        if (System.nanoTime() - lookedAt < PACE.toNanos()) {
            return;
        }
        lookedAt = System.nanoTime();
        DeviceStatus first = started.get();
        Optional<Device> device = runtime.device();
        if (device.isEmpty()) {
            return;
        }
        var models = new ArrayList<>(first.models());
        models.addAll(resident.models());
        GpuMemory memory = GpuMemory.of(device.get());
        last =
                new DeviceStatus(
                        device.get().toString(),
                        memory.total(),
                        memory.total() - memory.free(),
                        models,
                        first.fallback());
    }
}
