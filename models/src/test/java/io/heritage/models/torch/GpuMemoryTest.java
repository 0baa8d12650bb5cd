package io.heritage.models.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GpuMemoryTest {
    @Test
    void theCpuTellsNothing() {
        assertThat(GpuMemory.of(new Device.Cpu())).isEqualTo(GpuMemory.UNKNOWN);
    }

    /** Of a machine without CUDA there is none; of one with it, not so many GPUs. */
    @Test
    void aGpuThatIsNotThereTellsNothing() {
        assertThat(GpuMemory.of(new Device.Cuda(99))).isEqualTo(GpuMemory.UNKNOWN);
    }
}
