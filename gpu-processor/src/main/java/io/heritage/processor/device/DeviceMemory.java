package io.heritage.processor.device;

import io.heritage.models.torch.Device;
import io.heritage.models.torch.GpuMemory;
import io.heritage.models.torch.TorchRuntime;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** Memory of a device for models and their activations. */
public final class DeviceMemory {
    /** The rest is left to the heap, page cache and other processes. */
    private static final double USABLE_OF_MACHINE = 0.8;

    private DeviceMemory() {}

    /**
     * Bytes that may be used in addition to loaded models; 0 if unknown. Releases the memory that
     * libtorch caches.
     */
    public static long usable(TorchRuntime runtime) {
        return switch (runtime.device()) {
            case Device.Cpu _ -> usableOfMachine();
            case Device.Cuda _ -> {
                runtime.releaseKept();
                yield GpuMemory.usable(runtime.memory().free());
            }
        };
    }

    /** Memory of the machine, or of the container if limited, that a job may take. */
    public static long usableOfMachine() {
        try {
            Object total =
                    ManagementFactory.getPlatformMBeanServer()
                            .getAttribute(
                                    new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME),
                                    "TotalMemorySize");
            return (long) ((Long) total * USABLE_OF_MACHINE);
        } catch (JMException e) {
            throw new IllegalStateException("this JVM does not report the machine's memory", e);
        }
    }
}
