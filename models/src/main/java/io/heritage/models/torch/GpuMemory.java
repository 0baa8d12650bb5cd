package io.heritage.models.torch;

import ai.djl.engine.EngineException;
import ai.djl.util.cuda.CudaUtils;
import java.lang.management.MemoryUsage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory of a GPU in bytes, as its driver reports it; both 0 for the CPU, and without a driver.
 *
 * @param free for any process; memory that libtorch caches is not included
 */
public record GpuMemory(long total, long free) {
    public static final GpuMemory UNKNOWN = new GpuMemory(0, 0);

    /**
     * Reserved for kernels' work space, which estimates leave out, and for the allocator. Other
     * errors of the estimates are handled by the memory fallbacks.
     */
    private static final long RESERVE = 4_000_000_000L;

    /** A small card has small jobs, and work space shrinks with them. */
    private static final double LARGEST_RESERVE = 0.2;

    private static final Logger LOG = LoggerFactory.getLogger(GpuMemory.class);

    public static GpuMemory of(Device device) {
        return switch (device) {
            case Device.Cpu() -> UNKNOWN;
            case Device.Cuda(int index) -> ofGpu(index);
        };
    }

    /**
     * Bytes of a GPU that a job may take.
     *
     * @param free bytes, without resident weights
     */
    public static long usable(long free) {
        return free - Math.min(RESERVE, (long) (free * LARGEST_RESERVE));
    }

    private static GpuMemory ofGpu(int index) {
        try {
            if (index >= CudaUtils.getGpuCount()) {
                return UNKNOWN;
            }
            MemoryUsage usage = CudaUtils.getGpuMemory(ai.djl.Device.gpu(index));
            return new GpuMemory(usage.getMax(), usage.getMax() - usage.getUsed());
        } catch (EngineException | IllegalArgumentException | LinkageError e) {
            LOG.atWarn()
                    .addKeyValue("device", index)
                    .setCause(e)
                    .log("the driver does not report the memory of a GPU");
            return UNKNOWN;
        }
    }
}
