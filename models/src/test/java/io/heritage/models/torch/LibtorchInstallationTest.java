package io.heritage.models.torch;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibtorchInstallationTest {
    @TempDir Path torch;

    @Test
    void theClassPathBuildServesTheCpuButNoGpu() {
        var none = new LibtorchInstallation(Map.of());
        assertThatCode(() -> none.check(Device.parse("cpu"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> none.check(Device.parse("cuda:1")))
                .isInstanceOf(TorchUnavailable.class)
                .hasMessageContainingAll("cuda:1", "PYTORCH_LIBRARY_PATH", "2.7.1");
    }

    @Test
    void aHostLibraryOfAnotherVersionIsRefusedBeforeItIsLoaded() throws IOException {
        Path lib = Files.createDirectory(torch.resolve("lib"));
        Files.writeString(torch.resolve("version.py"), "__version__ = '2.8.0+cu128'\n");
        var other =
                new LibtorchInstallation(
                        Map.of("PYTORCH_LIBRARY_PATH", lib.toString(), "PYTORCH_VERSION", "2.7.1"));
        assertThatThrownBy(() -> other.check(new Device.Cuda(0)))
                .isInstanceOf(TorchUnavailable.class)
                .hasMessageContainingAll("is 2.8.0", "expected 2.7.1");
        Files.writeString(torch.resolve("version.py"), "__version__ = '2.7.1+cu128'\n");
        assertThatCode(() -> other.check(new Device.Cuda(0))).doesNotThrowAnyException();
    }

    @Test
    void aHostLibraryNeedsItsVersionDeclared() throws IOException {
        Path lib = Files.createDirectory(torch.resolve("lib"));
        var undeclared = new LibtorchInstallation(Map.of("PYTORCH_LIBRARY_PATH", lib.toString()));
        assertThatThrownBy(() -> undeclared.check(new Device.Cpu()))
                .hasMessageContaining("PYTORCH_VERSION is not set");
    }

    @Test
    void aLibraryOfOperatorsThatIsMissingIsNamed() throws IOException {
        Path there = Files.createFile(torch.resolve("libheritage.so"));
        Path missing = torch.resolve("libmissing.so");
        assertThatCode(() -> withOperators(there.toString()).check(new Device.Cpu()))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> withOperators(there + "," + missing).check(new Device.Cpu()))
                .isInstanceOf(TorchUnavailable.class)
                .hasMessageContaining("PYTORCH_EXTRA_LIBRARY_PATH names '" + missing + "'");
        assertThatThrownBy(() -> withOperators("").check(new Device.Cpu()))
                .hasMessageContaining("names '', which is no file");
        Path lib = Files.createDirectory(torch.resolve("lib"));
        var onCuda =
                new LibtorchInstallation(
                        Map.of(
                                "PYTORCH_LIBRARY_PATH",
                                lib.toString(),
                                "PYTORCH_VERSION",
                                "2.7.1",
                                "PYTORCH_EXTRA_LIBRARY_PATH",
                                missing.toString()));
        assertThatThrownBy(() -> onCuda.check(new Device.Cuda(0)))
                .isInstanceOf(TorchUnavailable.class)
                .hasMessageContaining(missing.toString());
    }

    private static LibtorchInstallation withOperators(String files) {
        return new LibtorchInstallation(Map.of("PYTORCH_EXTRA_LIBRARY_PATH", files));
    }

    @Test
    void devicesAreNamedAsInTorch() {
        assertThatThrownBy(() -> Device.parse("gpu"))
                .hasMessageContaining("none of cpu, cuda, cuda:N");
    }
}
