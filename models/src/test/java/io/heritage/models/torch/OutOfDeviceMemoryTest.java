package io.heritage.models.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutOfDeviceMemoryTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 79.11 GiB",
                "CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported",
                "[enforce fail at alloc_cpu.cpp:119] err == 0. DefaultCPUAllocator: can't allocate memory",
                "std::bad_alloc",
                "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
                "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
                "cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
                "cusolver error: CUSOLVER_STATUS_ALLOC_FAILED, when calling `cusolverDnCreate(handle)`",
                "GET was unable to find an engine to execute this computation",
                "Unable to find a valid cuDNN algorithm to run convolution"
            })
    void everyTextOfALackOfMemoryIsKnown(String message) {
        assertThat(OutOfDeviceMemory.isSaidBy(message)).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "CUDA error: an illegal memory access was encountered",
                "cuDNN error: CUDNN_STATUS_NOT_SUPPORTED",
                "The size of tensor a (3) must match the size of tensor b (4)"
            })
    void otherFailuresAreNoLackOfMemory(String message) {
        assertThat(OutOfDeviceMemory.isSaidBy(message)).isFalse();
    }

    @Test
    void itNamesTheDevice() {
        var thrown = new OutOfDeviceMemory(new Device.Cuda(1), new RuntimeException("why"));
        assertThat(thrown).hasMessage("out of memory on cuda:1");
    }
}
