package io.heritage.models.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvidiaDriverTest {
    @TempDir private Path root;

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void loadDriver(String line) throws IOException {
        write("proc/driver/nvidia/version", line + "\nGCC version:  gcc version 12.2.0\n");
    }

    @Test
    void aMachineWithADriverNamesItsCardsInOrder() throws IOException {
        loadDriver("NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 2024");
        write(
                "proc/driver/nvidia/gpus/0000:19:00.0/information",
                "Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 74\n");
        write("proc/driver/nvidia/gpus/0000:3b:00.0/information", "Model: \t\t NVIDIA L4\n");
        for (String name : List.of("nvidia10", "nvidia2", "nvidiactl", "nvidia-uvm", "null")) {
            write("dev/" + name, "");
        }

        NvidiaDriver driver = NvidiaDriver.under(root);

        assertThat(driver.version()).contains("550.54.15");
        assertThat(driver.cards()).containsExactly("NVIDIA H100 80GB HBM3", "NVIDIA L4");
        assertThat(driver.devices()).containsExactly("/dev/nvidia2", "/dev/nvidia10");
        assertThat(driver.obstacle()).isEmpty();
    }

    @Test
    void theOpenDriverWritesItsVersionElsewhereInTheLine() throws IOException {
        loadDriver("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release");
        assertThat(NvidiaDriver.under(root).version()).contains("570.86.15");
    }

    @Test
    void aContainerWithoutTheGpusIsToldHowToStartIt() throws IOException {
        loadDriver("NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 2024");
        NvidiaDriver driver = NvidiaDriver.under(root);
        assertThat(driver.present()).isTrue();
        assertThat(driver.obstacle().orElseThrow()).contains("550.54.15").contains("--gpus all");
    }

    @Test
    void aCardWithoutADriverIsFoundOnTheBus() throws IOException {
        write("sys/bus/pci/devices/0000:19:00.0/vendor", "0x10de\n");
        write("sys/bus/pci/devices/0000:19:00.0/class", "0x030200\n");
        NvidiaDriver driver = NvidiaDriver.under(root);
        assertThat(driver.present()).isTrue();
        assertThat(driver.obstacle().orElseThrow()).contains("no driver is loaded");
    }

    /** What a start says where libtorch sees fewer devices than it is told to use. */
    @Test
    void aDeviceThatLibtorchDoesNotSeeIsExplained() throws IOException {
        assertThat(TorchRuntime.whyMissing(NvidiaDriver.under(root), 0))
                .isEqualTo("this machine has no NVIDIA device (no /dev/nvidia0)");
        loadDriver("NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.57.02  Tue Jul 13 2021");
        assertThat(TorchRuntime.whyMissing(NvidiaDriver.under(root), 0)).contains("--gpus all");
        write("dev/nvidia0", "");
        assertThat(TorchRuntime.whyMissing(NvidiaDriver.under(root), 1))
                .isEqualTo("this machine has /dev/nvidia0");
        assertThat(TorchRuntime.whyMissing(NvidiaDriver.under(root), 0))
                .startsWith("/dev/nvidia0 is present with driver 470.57.02: it must be 525.60 or")
                .contains("libcudart.so", "-Djna.library.path", "heritage gpu install");
    }

    @Test
    void aNetworkCardOfTheSameVendorIsNoGpu() throws IOException {
        write("sys/bus/pci/devices/0000:19:00.0/vendor", "0x10de\n");
        write("sys/bus/pci/devices/0000:19:00.0/class", "0x020000\n");
        NvidiaDriver driver = NvidiaDriver.under(root);
        assertThat(driver.present()).isFalse();
        assertThat(driver.obstacle().orElseThrow()).contains("no NVIDIA device");
    }
}
