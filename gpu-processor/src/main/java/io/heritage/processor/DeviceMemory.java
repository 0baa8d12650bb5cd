package io.heritage.processor;

import io.heritage.models.torch.Device;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** How much memory a device has for models and what they compute. */
final class DeviceMemory {
    /** The rest is for the JVM, media and other processes. */
    private static final double USABLE_OF_MACHINE = 0.8;

    private DeviceMemory() {}

    /** Bytes that may be used in all, models included; 0 if that is not known. */
    static long usable(Device device) {
        return switch (device) {
            case Device.Cpu _ -> usableOfMachine();
            case Device.Cuda _ -> 0;
        };
    }

    /** Bytes that nothing uses; 0 if that is not known. */
    static long free(Device device) {
        return 0;
    }

    /** Of a container, if it limits the memory. */
    static long usableOfMachine() {
        try {
            Object total =
                    ManagementFactory.getPlatformMBeanServer()
                            .getAttribute(
                                    new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME),
                                    "TotalMemorySize");
            return (long) ((Long) total * USABLE_OF_MACHINE);
        } catch (JMException e) {
            throw new IllegalStateException("this Java does not tell the machine's memory", e);
        }
    }
}
