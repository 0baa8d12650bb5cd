package io.heritage.processor.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heritage.models.torch.CudaDevice;
import io.heritage.models.torch.NvidiaDriver;
import io.heritage.models.torch.TorchUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a machine whose libtorch sees no GPU. */
class TorchStartTest {
    private static final DeviceChoice AUTO = DeviceChoice.parse("auto");

    @TempDir private Path root;

    @BeforeEach
    void noGpu() {
        assumeTrue(CudaDevice.all().isEmpty(), "this machine has a GPU that libtorch sees");
    }

    private NvidiaDriver withGpu() throws IOException {
        Files.createDirectories(root.resolve("dev"));
        Files.createFile(root.resolve("dev/nvidia0"));
        return NvidiaDriver.under(root);
    }

    @Test
    void aMachineWithAGpuSaysWhyItIsNotUsed() throws IOException {
        assertThat(TorchStart.fallback(AUTO, withGpu()).orElseThrow())
                .containsAnyOf("heritage gpu install", "libtorch sees 0 CUDA devices");
    }

    @Test
    void aMachineWithoutAGpuHasNothingToExplain() {
        assertThat(TorchStart.fallback(AUTO, NvidiaDriver.under(root))).isEmpty();
    }

    @Test
    void theCpuThatWasAskedForNeedsNoReason() throws IOException {
        assertThat(TorchStart.fallback(DeviceChoice.parse("cpu"), withGpu())).isEmpty();
    }

    @Test
    void aGpuThatIsNamedMustBeUsable() {
        assertThatThrownBy(() -> TorchStart.require(DeviceChoice.parse("cuda")))
                .isInstanceOf(TorchUnavailable.class)
                .hasMessageContaining("cuda:0");
        TorchStart.require(DeviceChoice.parse("cpu*2"));
        TorchStart.require(AUTO);
    }
}
