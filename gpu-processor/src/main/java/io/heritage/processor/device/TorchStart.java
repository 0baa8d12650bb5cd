package io.heritage.processor.device;

import io.heritage.models.torch.Device;
import io.heritage.models.torch.NvidiaDriver;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchUnavailable;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts libtorch on the devices that a configuration names. */
public final class TorchStart {
    private static final Logger LOG = LoggerFactory.getLogger(TorchStart.class);

    private TorchStart() {}

    /**
     * On the first device, for the calling thread; the caller closes it.
     *
     * @param threads of a network on the CPU; 0 takes one for each core
     * @throws TorchUnavailable naming the library or device that is missing
     */
    public static TorchRuntime on(DeviceChoice choice, int threads) {
        return on(choice, threads, NvidiaDriver.ofMachine());
    }

    static TorchRuntime on(DeviceChoice choice, int threads, NvidiaDriver driver) {
        List<Device> devices = choice.devices();
        if (!devices.isEmpty()) {
            return on(devices.getFirst(), threads);
        }
        try {
            return on(new Device.Cuda(0), threads);
        } catch (TorchUnavailable e) {
            report(driver, String.valueOf(e.getMessage()));
            return on(new Device.Cpu(), threads);
        }
    }

    private static void report(NvidiaDriver driver, String reason) {
        if (driver.present()) {
            LOG.atWarn()
                    .addKeyValue("driver", driver.version().orElse("none"))
                    .addKeyValue("reason", reason)
                    .log("this machine has an NVIDIA GPU, but jobs run on the CPU");
        } else {
            LOG.atInfo().addKeyValue("reason", reason).log("no GPU, using the CPU");
        }
    }

    /**
     * Checks before a start the devices that the configuration names, else the CPU, which is used
     * without a GPU.
     *
     * @throws TorchUnavailable if one of them cannot be used; says what to do
     */
    public static void require(DeviceChoice choice) {
        require(choice, TorchRuntime::require);
    }

    static void require(DeviceChoice choice, Consumer<Device> check) {
        List<Device> named = choice.devices();
        (named.isEmpty() ? List.<Device>of(new Device.Cpu()) : named).forEach(check);
    }

    /**
     * Why jobs run on the CPU of a machine that has an NVIDIA GPU, and what to do; empty where they
     * do not, or where the CPU is what was asked for.
     */
    public static Optional<String> fallback(DeviceChoice choice, NvidiaDriver driver) {
        if (!choice.devices().isEmpty() || !driver.present()) {
            return Optional.empty();
        }
        try {
            TorchRuntime.require(new Device.Cuda(0));
            return Optional.empty();
        } catch (TorchUnavailable e) {
            return Optional.of(driver.obstacle().orElse(String.valueOf(e.getMessage())));
        }
    }

    /** The same on one of several devices. */
    public static TorchRuntime on(Device device, int threads) {
        int used = threads == 0 ? TorchOptions.CORES : threads;
        return TorchRuntime.start(new TorchOptions(device, used));
    }
}
