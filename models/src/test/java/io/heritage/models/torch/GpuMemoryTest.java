package io.heritage.models.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GpuMemoryTest {
    @Test
    void theCpuTellsNothing() {
        assertThat(GpuMemory.of(new Device.Cpu())).isEqualTo(GpuMemory.UNKNOWN);
    }

    /** No machine has so many GPUs, with CUDA or without. */
    @Test
    void aGpuThatIsNotThereTellsNothing() {
        assertThat(GpuMemory.of(new Device.Cuda(99))).isEqualTo(GpuMemory.UNKNOWN);
    }
}
