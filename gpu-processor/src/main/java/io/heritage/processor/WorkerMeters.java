package io.heritage.processor;

import io.heritage.observe.Meters;
import io.heritage.observe.Metric;
import io.heritage.processor.device.DeviceStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Records a worker's device and models with each heartbeat. */
final class WorkerMeters {
    private final Meters meters;
    private final long created = System.nanoTime();
    private final AtomicBoolean wasReady = new AtomicBoolean();

    WorkerMeters(Meters meters) {
        this.meters = meters;
    }

    Supplier<DeviceStatus> of(Supplier<DeviceStatus> status) {
        return () -> {
            DeviceStatus now = status.get();
            record(now);
            return now;
        };
    }

    /**
     * Records the time until all models to preload are in memory.
     *
     * @param libtorch part of the time that its start took
     */
    void loaded(Duration took, Duration libtorch) {
        meters.time(Metric.COLD_START, libtorch, "libtorch");
        meters.time(Metric.COLD_START, took.minus(libtorch), "models");
    }

    /** Notes that jobs are taken; only the first call counts. */
    void ready() {
        if (wasReady.compareAndSet(false, true)) {
            meters.time(Metric.COLD_START, Duration.ofNanos(System.nanoTime() - created), "load");
        }
    }

    private void record(DeviceStatus now) {
        meters.rows(
                Metric.GPU_MEMORY,
                Map.of(
                        List.of(now.device(), "total"), now.memoryBytes(),
                        List.of(now.device(), "used"), now.memoryUsedBytes()));
        meters.rows(
                Metric.MODEL_RESIDENT,
                now.models().stream()
                        .distinct()
                        .collect(Collectors.toMap(model -> List.of(model), _ -> 1)));
    }
}
