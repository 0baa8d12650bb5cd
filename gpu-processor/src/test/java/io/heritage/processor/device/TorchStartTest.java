package io.heritage.processor.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.heritage.models.torch.CudaDevice;
import io.heritage.models.torch.Device;
import io.heritage.models.torch.NvidiaDriver;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

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
    void aStartThatFallsBackToTheCpuWarnsOnAMachineWithAGpu() throws IOException {
        ILoggingEvent line = reportOfStart(withGpu());
        assertThat(line.getLevel()).isEqualTo(Level.WARN);
        assertThat(line.getFormattedMessage())
                .isEqualTo("this machine has an NVIDIA GPU, but jobs run on the CPU");
        assertThat(line.getKeyValuePairs().toString())
                .contains("reason=\"device cuda:0 ", "driver=\"none\"");
    }

    @Test
    void withoutAGpuItOnlyMentionsIt() {
        ILoggingEvent line = reportOfStart(NvidiaDriver.under(root));
        assertThat(line.getLevel()).isEqualTo(Level.INFO);
        assertThat(line.getFormattedMessage()).isEqualTo("no GPU, using the CPU");
    }

    private static ILoggingEvent reportOfStart(NvidiaDriver driver) {
        Logger logger = (Logger) LoggerFactory.getLogger(TorchStart.class);
        Level before = logger.getLevel();
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        try (TorchRuntime runtime = TorchStart.on(AUTO, 1, driver)) {
            assertThat(runtime.device()).isEqualTo(new Device.Cpu());
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(before);
        }
        assertThat(lines.list).hasSize(1);
        return lines.list.getFirst();
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

    /** A libtorch that cannot be loaded at all is found before a start, too. */
    @Test
    void whereNoDeviceIsNamedTheCpuMustBeUsable() {
        List<Device> checked = new ArrayList<>();
        TorchStart.require(AUTO, checked::add);
        TorchStart.require(DeviceChoice.parse("cuda:1,cuda:0"), checked::add);
        assertThat(checked)
                .containsExactly(new Device.Cpu(), new Device.Cuda(1), new Device.Cuda(0));
    }
}
