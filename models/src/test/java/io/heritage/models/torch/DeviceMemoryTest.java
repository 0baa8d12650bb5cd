package io.heritage.models.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeviceMemoryTest {
    @Test
    void theCpuTellsNothing() {
        assertThat(DeviceMemory.of(new Device.Cpu())).isEqualTo(DeviceMemory.UNKNOWN);
    }

    /** Of a machine without CUDA there is none; of one with it, not so many GPUs. */
    @Test
    void aGpuThatIsNotThereTellsNothing() {
        assertThat(DeviceMemory.of(new Device.Cuda(99))).isEqualTo(DeviceMemory.UNKNOWN);
    }
}
