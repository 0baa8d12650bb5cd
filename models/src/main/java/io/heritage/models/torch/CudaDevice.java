package io.heritage.models.torch;

import ai.djl.engine.EngineException;
import ai.djl.util.cuda.CudaUtils;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A GPU as reported by the CUDA runtime.
 *
 * @param index as CUDA counts, from 0
 * @param capability such as {@code 90} for sm90
 */
public record CudaDevice(int index, String capability, GpuMemory memory) {
    private static final Logger LOG = LoggerFactory.getLogger(CudaDevice.class);

    /** Empty if no CUDA runtime is found. */
    public static List<CudaDevice> all() {
        try {
            return IntStream.range(0, CudaUtils.getGpuCount()).mapToObj(CudaDevice::of).toList();
        } catch (EngineException | IllegalArgumentException | LinkageError e) {
            LOG.atWarn().setCause(e).log("the CUDA runtime does not report its devices");
            return List.of();
        }
    }

    /** Compute capability as a number, such as 90 for sm90. */
    public static int capability(Device.Cuda device) {
        return Integer.parseInt(CudaUtils.getComputeCapability(device.index()).replace(".", ""));
    }

    private static CudaDevice of(int index) {
        return new CudaDevice(
                index, CudaUtils.getComputeCapability(index), GpuMemory.of(new Device.Cuda(index)));
    }
}
