package io.heritage.processor.device;

import io.heritage.models.torch.Device;
import io.heritage.models.torch.TorchRuntime;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** How much memory a device has for models and what they compute. */
public final class DeviceMemory {
    /** The rest is for kernels' work space, which estimates leave out, and for others. */
    private static final double USABLE = 0.8;

    private DeviceMemory() {}

    /** Bytes that may be used beside what is loaded already; 0 if that is not known. */
    public static long usable(TorchRuntime runtime) {
        return switch (runtime.device()) {
            case Device.Cpu _ -> usableOfMachine();
            case Device.Cuda _ -> usable(runtime.memory().free());
        };
    }

    /** Of so many bytes of a GPU. */
    public static long usable(long bytes) {
        return (long) (bytes * USABLE);
    }

    /** Of a container, if it limits the memory. */
    public static long usableOfMachine() {
        try {
            Object total =
                    ManagementFactory.getPlatformMBeanServer()
                            .getAttribute(
                                    new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME),
                                    "TotalMemorySize");
            return (long) ((Long) total * USABLE);
        } catch (JMException e) {
            throw new IllegalStateException("this Java does not tell the machine's memory", e);
        }
    }
}
