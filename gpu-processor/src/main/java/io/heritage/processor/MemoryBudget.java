package io.heritage.processor;

import io.heritage.models.seedvr2.SeedVr2;
import io.heritage.models.torch.Device;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Memory that a job may take, the weights included.
 *
 * @param device {@code CPU} or {@code CUDA}, as clients read it
 * @param longestChunk frames of a video at once, at most
 */
record MemoryBudget(String device, long bytes, int longestChunk) {
    private static final int LONGEST_ON_CPU = 61;

    /** Shorter, as long as estimates have not met a GPU. */
    private static final int LONGEST_ON_CUDA = 33;

    /** The rest is for kernels' work space, which estimates leave out, and for others. */
    private static final double USABLE = 0.8;

    /** Of the device that leads: the others are like it. */
    static MemoryBudget of(SeedVr2 model) {
        return switch (model.device()) {
            case Device.Cpu _ -> new MemoryBudget("CPU", usable(ofMachine()), LONGEST_ON_CPU);
            case Device.Cuda _ ->
                    new MemoryBudget(
                            "CUDA",
                            usable(model.deviceMemory().orElse(Long.MAX_VALUE)),
                            LONGEST_ON_CUDA);
        };
    }

    private static long usable(long bytes) {
        return (long) (bytes * USABLE);
    }

    /** Of a container, if it limits the memory. */
    private static long ofMachine() {
        try {
            Object total =
                    ManagementFactory.getPlatformMBeanServer()
                            .getAttribute(
                                    new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME),
                                    "TotalMemorySize");
            return (Long) total;
        } catch (JMException e) {
            throw new IllegalStateException("this Java does not tell the machine's memory", e);
        }
    }
}
