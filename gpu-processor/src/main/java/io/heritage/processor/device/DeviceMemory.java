package io.heritage.processor.device;

import io.heritage.models.torch.Device;
import io.heritage.models.torch.TorchRuntime;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** How much memory a device has for models and their activations. */
public final class DeviceMemory {
    /** The rest is for the heap, page cache and other processes. */
    private static final double USABLE_OF_MACHINE = 0.8;

    /**
     * Left of a GPU for kernels' work space, which estimates leave out, and for the allocator. What
     * estimates miss besides is caught by the steps of less memory.
     */
    private static final long RESERVE = 4_000_000_000L;

    /** A small card has small jobs, and work space shrinks with them. */
    private static final double LARGEST_RESERVE = 0.2;

    private DeviceMemory() {}

    /** Bytes that may be used beside what is loaded already; 0 if that is not known. */
    public static long usable(TorchRuntime runtime) {
        return switch (runtime.device()) {
            case Device.Cpu _ -> usableOfMachine();
            case Device.Cuda _ -> usable(runtime.memory().free());
        };
    }

    /**
     * What a job may take of a GPU.
     *
     * @param free bytes of it; what is resident already is not in them
     */
    public static long usable(long free) {
        return free - Math.min(RESERVE, (long) (free * LARGEST_RESERVE));
    }

    /** What a job may take of the machine, or of the container if that limits the memory. */
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
