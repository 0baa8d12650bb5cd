package io.heritage.processor.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.models.torch.Precision;
import io.heritage.schemas.WorkerId;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessorConfigTest {

    @Test
    void theDefaultsAreComplete() {
        ProcessorConfig defaults = ProcessorConfig.defaults();

        assertThat(defaults.worker().value()).endsWith("-" + ProcessHandle.current().pid());
        assertThat(defaults)
                .isEqualTo(
                        new ProcessorConfig(
                                defaults.worker(),
                                Path.of("ckpts"),
                                "auto",
                                Precision.FP32,
                                0,
                                EncoderChoice.CPU,
                                Duration.ofSeconds(5),
                                Duration.ofMinutes(10),
                                16,
                                100,
                                4L << 30,
                                3L << 20,
                                Duration.ofSeconds(2),
                                UploadConfig.defaults(),
                                WanConfig.defaults(),
                                ResidencyConfig.defaults()));
    }

    @Test
    void allProblemsAreReportedTogether() {
        assertThatThrownBy(() ->
                        new ProcessorConfig(
                                new WorkerId("w"),
                                Path.of("/models"),
                                "gpu",
                                Precision.BF16,
                                -1,
                                EncoderChoice.CPU,
                                Duration.ofSeconds(-1),
                                Duration.ofSeconds(-2),
                                1,
                                0,
                                1,
                                0,
                                Duration.ZERO,
                                UploadConfig.defaults(),
                                WanConfig.defaults(),
                                ResidencyConfig.defaults()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "device: expected auto, cpu, cuda or cuda:N, or several devices as cuda:0,cuda:1 or cpu*N, found 'gpu'",
                        "threads: ",
                        "grace: ",
                        "hang-timeout: ",
                        "min-image-side: ",
                        "max-image-megapixels: ",
                        "max-result-bytes: ",
                        "stream-part-bytes: ",
                        "heartbeat: ");
    }
}
