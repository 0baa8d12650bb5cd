package io.heritage.processor.device;

import io.heritage.models.torch.Device;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchUnavailable;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * libtorch on the first device of a processor, started when it is first needed and shared by all
 * models there. Close it after them. Device thread only.
 */
public final class DeviceRuntime implements FreeMemory, AutoCloseable {
    private final DeviceChoice devices;
    private final int threads;
    private Duration start = Duration.ZERO;
    private @Nullable TorchRuntime started;

    /**
     * @param threads CPU threads of a network; 0: one for each core
     */
    public DeviceRuntime(DeviceChoice devices, int threads) {
        this.devices = devices;
        this.threads = threads;
    }

    /**
     * @throws TorchUnavailable naming the library or device that is missing
     */
    public TorchRuntime get() {
        TorchRuntime runtime = started;
        if (runtime == null) {
            long began = System.nanoTime();
            runtime = TorchStart.on(devices, threads);
            started = runtime;
            start = Duration.ofNanos(System.nanoTime() - began);
        }
        return runtime;
    }

    /** Time that libtorch took to start; zero if it was not started. */
    public Duration startTook() {
        return start;
    }

    /** Device of libtorch; empty if it was not started yet. */
    Optional<Device> device() {
        return Optional.ofNullable(started).map(TorchRuntime::device);
    }

    @Override
    public long freeBytes() {
        return get().memory().free();
    }

    @Override
    public void releaseKept() {
        get().releaseKept();
    }

    @Override
    public void close() {
        if (started != null) {
            started.close();
            started = null;
        }
    }
}
