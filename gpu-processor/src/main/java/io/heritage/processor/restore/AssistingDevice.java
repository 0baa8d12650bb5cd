package io.heritage.processor.restore;

import io.heritage.models.Cancellation;
import io.heritage.models.Work;
import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.seedvr2.SeedVr2.Replica;
import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.torch.Device;
import io.heritage.models.torch.OutOfDeviceMemory;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.device.DeviceThread;
import io.heritage.processor.device.TorchStart;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A device that takes chunks of jobs that another device leads. It has its own thread and copies of
 * weights; the leading thread decides which.
 */
final class AssistingDevice implements AutoCloseable {
    private final ProcessorConfig config;
    private final Device device;
    private final DeviceThread thread;

    /** Used by its thread only, like all fields below. */
    private final Map<RestoreWeights, SeedVr2> resident = new HashMap<>();

    private @Nullable TorchRuntime runtime;

    /** Starts only the thread. */
    AssistingDevice(ProcessorConfig config, Device device, int index) {
        this.config = config;
        this.device = device;
        this.thread = new DeviceThread("device-%d-%s".formatted(index, device));
    }

    /** Loads a model unless it is resident here. */
    Future<Replica> replica(RestoreWeights weights, Cancellation cancellation) {
        return thread.begin(() -> {
            SeedVr2 model = resident.get(weights);
            if (model == null) {
                model = open(weights, cancellation);
                resident.put(weights, model);
            }
            return new Replica(model, thread.executor());
        });
    }

    /** Leaves the blocks on the host if nothing else is resident that could be evicted. */
    private SeedVr2 open(RestoreWeights weights, Cancellation cancellation) {
        try {
            return open(weights, false, cancellation);
        } catch (OutOfDeviceMemory e) {
            if (!resident.isEmpty()) {
                throw e;
            }
            return open(weights, true, cancellation);
        }
    }

    private SeedVr2 open(RestoreWeights weights, boolean blocksOnHost, Cancellation cancellation) {
        TorchRuntime started = runtime;
        if (started == null) {
            started = TorchStart.on(device, config.threads());
            runtime = started;
        }
        return SeedVr2.open(
                started,
                SeedVr2Files.find(config.models(), weights.variant()),
                weights.precision(),
                blocksOnHost,
                Work.of(cancellation));
    }

    /** Frees a model, if it is resident here. */
    void evict(RestoreWeights weights) {
        onThread(() -> {
            SeedVr2 model = resident.remove(weights);
            if (model != null) {
                model.close();
            }
        });
    }

    private void onThread(Runnable work) {
        try {
            thread.call(
                    () -> {
                        work.run();
                        return true;
                    },
                    () -> {});
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try (thread) {
            onThread(this::free);
        }
    }

    private void free() {
        try (var _ = runtime) {
            resident.values().forEach(SeedVr2::close);
            resident.clear();
        }
    }
}
