package io.heritage.standalone.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.models.torch.CudaDevice;
import io.heritage.models.torch.GpuMemory;
import io.heritage.models.torch.NvidiaDriver;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GpuReportTest {
    private static final NvidiaDriver H100 =
            new NvidiaDriver(
                    Optional.of("550.54.15"),
                    List.of("NVIDIA H100 80GB HBM3"),
                    List.of("/dev/nvidia0"),
                    true);
    private static final NvidiaDriver NONE =
            new NvidiaDriver(Optional.empty(), List.of(), List.of(), false);
    private static final List<CudaDevice> SEEN =
            List.of(new CudaDevice(0, "90", new GpuMemory(80L << 30, 79L << 30)));

    private static GpuReport report(
            String device, NvidiaDriver driver, List<CudaDevice> seen, Optional<String> problem) {
        return new GpuReport(
                device,
                driver,
                Optional.of(Path.of("/srv/cuda/torch/lib")),
                List.of("torch 2.7.1", "nvidia-cudnn-cu12 9.5.1.17"),
                seen,
                problem);
    }

    @Test
    void aGpuThatWillBeUsedIsTold() {
        GpuReport report = report("auto", H100, SEEN, Optional.empty());
        assertThat(report.onGpu()).isTrue();
        assertThat(report.text())
                .contains(
                        "550.54.15",
                        "/dev/nvidia0 (NVIDIA H100 80GB HBM3)",
                        "cuda:0       sm90, 80.0 GiB, 79.0 GiB free",
                        "nvidia-cudnn-cu12 9.5.1.17",
                        "sees 1 CUDA devices",
                        "Jobs run on  cuda:0 (processor.device: auto)")
                .doesNotContain("To do");
        assertThat(report.json().path("versions").path("torch").asText()).isEqualTo("2.7.1");
        assertThat(report.json().path("cuda_devices").path(0).path("free").asLong())
                .isEqualTo(79L << 30);
    }

    @Test
    void librariesThatDoNotSeeTheGpuAreWhatThereIsToDo() {
        GpuReport report =
                report("auto", H100, List.of(), Optional.of("libtorch sees 0 CUDA devices; …"));
        assertThat(report.onGpu()).isFalse();
        assertThat(report.text())
                .contains("Jobs run on  the CPU", "To do        libtorch sees 0 CUDA devices; …");
        assertThat(report.json().path("to_do").asText()).startsWith("libtorch sees 0");
    }

    @Test
    void withoutADeviceTheMachineIsTheReason() {
        GpuReport report = report("auto", NONE, List.of(), Optional.of("no CUDA build"));
        assertThat(report.text()).contains("To do        this machine has no NVIDIA device");
    }

    @Test
    void aConfiguredCpuIsTold() {
        GpuReport report = report("cpu", H100, SEEN, Optional.empty());
        assertThat(report.onGpu()).isFalse();
        assertThat(report.text()).contains("To do        set processor.device to auto: it is cpu");
    }

    @Test
    void aNamedGpuThatIsNotThereRunsNothing() {
        GpuReport report = report("cuda", NONE, List.of(), Optional.of("why"));
        assertThat(report.text()).contains("Jobs run on  nowhere");
        assertThat(report.json().path("on_gpu").asBoolean()).isFalse();
    }
}
