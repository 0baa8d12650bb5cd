package io.heritage.processor;

import io.heritage.models.torch.Device;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchUnavailable;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts libtorch on the devices that a configuration names. */
final class TorchStart {
    private static final Logger LOG = LoggerFactory.getLogger(TorchStart.class);

    private TorchStart() {}

    /**
     * On the first device, for the calling thread; the caller closes it.
     *
     * @throws TorchUnavailable naming the library or device that is missing
     */
    static TorchRuntime on(ProcessorConfig config) {
        List<Device> devices = config.devices().devices();
        if (!devices.isEmpty()) {
            return on(devices.getFirst(), config);
        }
        try {
            return on(new Device.Cuda(0), config);
        } catch (TorchUnavailable e) {
            LOG.atInfo().addKeyValue("reason", e.getMessage()).log("no GPU, using the CPU");
            return on(new Device.Cpu(), config);
        }
    }

    /** The same on one of several devices. */
    static TorchRuntime on(Device device, ProcessorConfig config) {
        int threads =
                config.threads() == 0
                        ? Runtime.getRuntime().availableProcessors()
                        : config.threads();
        return TorchRuntime.start(new TorchOptions(device, threads));
    }
}
