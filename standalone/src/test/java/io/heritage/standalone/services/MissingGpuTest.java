package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heritage.models.torch.CudaDevice;
import io.heritage.standalone.config.HeritageConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * On a machine whose libtorch sees no GPU. Both starts would be refused for another reason a moment
 * later, long before a broker is started or waited for.
 */
class MissingGpuTest {
    @TempDir Path folder;

    @BeforeEach
    void noGpu() {
        assumeTrue(CudaDevice.all().isEmpty(), "this machine has a GPU that libtorch sees");
    }

    @Test
    void upDoesNotStartWithoutTheGpuThatIsNamed() throws IOException {
        Path noFolder = Files.createFile(folder.resolve("file")).resolve("data");
        HeritageConfig config =
                HeritageConfig.defaults()
                        .with("data", noFolder.toString())
                        .with("processor.device", "cuda");
        assertThatThrownBy(() -> Standalone.start(config))
                .isInstanceOf(CannotStart.class)
                .hasMessageStartingWith("processor.device is cuda: device cuda:0 ");
    }

    @Test
    void aProcessorByItselfDoesNotEither() {
        HeritageConfig withoutKafka = HeritageConfig.defaults().with("processor.device", "cuda:1");
        assertThatThrownBy(() -> ProcessorService.start(withoutKafka, _ -> {}))
                .isInstanceOf(CannotStart.class)
                .hasMessageStartingWith("processor.device is cuda:1: device cuda:1 ");
    }
}
