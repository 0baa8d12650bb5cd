package io.heritage.processor.restore;

import io.heritage.models.Cancellation;
import io.heritage.models.seedvr2.SeedVr2.Replica;
import io.heritage.models.torch.Device;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkStopped;
import io.heritage.processor.output.Futures;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * The devices of a processor other than the leading one, and the copies of models on them. Called
 * on the thread of the leading device.
 */
final class AssistingDevices implements AutoCloseable {
    private static final long CHECKPOINT_MILLIS = 50;

    private final List<AssistingDevice> devices;

    /** Starts only their threads. */
    AssistingDevices(ProcessorConfig config) {
        List<Device> all = config.devices().devices();
        this.devices =
                IntStream.range(1, all.size())
                        .mapToObj(i -> new AssistingDevice(config, all.get(i), i))
                        .toList();
    }

    int count() {
        return devices.size();
    }

    /**
     * Copies of a model on the first {@code count} devices, which load it side by side.
     *
     * @throws io.heritage.models.torch.OutOfDeviceMemory if it does not fit beside what is there
     * @throws WorkStopped between two blocks that are loaded
     */
    List<Replica> replicas(RestoreWeights weights, int count, WorkObserver observer) {
        var stop = new AtomicBoolean();
        List<Future<Replica>> loading =
                devices.stream()
                        .limit(count)
                        .map(device -> device.replica(weights, Cancellation.when(stop::get)))
                        .toList();
        try {
            return loading.stream().map(replica -> loaded(replica, observer)).toList();
        } finally {
            stop.set(true);
            loading.forEach(AssistingDevices::awaitEnd);
        }
    }

    private static Replica loaded(Future<Replica> replica, WorkObserver observer) {
        try {
            while (true) {
                try {
                    return replica.get(CHECKPOINT_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException _) {
                    observer.checkpoint();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WorkStopped(WorkStopped.Reason.SHUTDOWN);
        } catch (ExecutionException e) {
            throw Futures.runtimeCauseOf(e);
        }
    }

    /** A device that was told to stop does so at the next block. */
    private static void awaitEnd(Future<?> loading) {
        boolean interrupted = false;
        while (!loading.isDone()) {
            try {
                loading.get();
            } catch (InterruptedException _) {
                interrupted = true;
            } catch (ExecutionException _) {
                // The caller has seen the cause, or has stopped it.
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Frees the copies of a model. */
    void evict(RestoreWeights weights) {
        devices.forEach(device -> device.evict(weights));
    }

    @Override
    public void close() {
        devices.forEach(AssistingDevice::close);
    }
}
