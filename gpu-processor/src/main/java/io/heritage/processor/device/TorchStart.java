package io.heritage.processor.device;

import io.heritage.models.torch.Device;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchUnavailable;
import java.util.List;
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
        List<Device> devices = choice.devices();
        if (!devices.isEmpty()) {
            return on(devices.getFirst(), threads);
        }
        try {
            return on(new Device.Cuda(0), threads);
        } catch (TorchUnavailable e) {
            LOG.atInfo().addKeyValue("reason", e.getMessage()).log("no GPU, using the CPU");
            return on(new Device.Cpu(), threads);
        }
    }

    /** The same on one of several devices. */
    public static TorchRuntime on(Device device, int threads) {
        int used = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        return TorchRuntime.start(new TorchOptions(device, used));
    }
}
