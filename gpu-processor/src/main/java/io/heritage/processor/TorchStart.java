package io.heritage.processor;

import io.heritage.models.torch.Device;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchUnavailable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts libtorch on the device that a configuration names. */
final class TorchStart {
    private static final Logger LOG = LoggerFactory.getLogger(TorchStart.class);

    private TorchStart() {}

    /**
     * For the calling thread; the caller closes it.
     *
     * @throws TorchUnavailable naming the library or device that is missing
     */
    static TorchRuntime on(ProcessorConfig config) {
        int threads =
                config.threads() == 0
                        ? Runtime.getRuntime().availableProcessors()
                        : config.threads();
        if (!config.device().equals("auto")) {
            return TorchRuntime.start(new TorchOptions(Device.parse(config.device()), threads));
        }
        try {
            return TorchRuntime.start(new TorchOptions(new Device.Cuda(0), threads));
        } catch (TorchUnavailable e) {
            LOG.atInfo().addKeyValue("reason", e.getMessage()).log("no GPU, using the CPU");
            return TorchRuntime.start(TorchOptions.cpu(threads));
        }
    }
}
