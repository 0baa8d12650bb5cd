package io.heritage.processor;

import io.heritage.models.torch.Device;
import io.heritage.models.torch.GpuMemory;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** How much memory a device has for models and what they compute. */
final class DeviceMemory {
    /** The rest is for kernels' work space, which estimates leave out, and for others. */
    private static final double USABLE = 0.8;

    private DeviceMemory() {}

    /** Bytes that may be used in all, models included; 0 if that is not known. */
    static long usable(Device device) {
        return switch (device) {
            case Device.Cpu _ -> usableOfMachine();
            case Device.Cuda _ -> (long) (GpuMemory.of(device).total() * USABLE);
        };
    }

    /**
     * Bytes of a GPU that nothing uses; 0 for a CPU, and if that is not known. What libtorch keeps
     * for later is not in it.
     */
    static long free(Device device) {
        return GpuMemory.of(device).free();
    }

    /** Of a container, if it limits the memory. */
    static long usableOfMachine() {
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
