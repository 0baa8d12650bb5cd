package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heritage.media.Nvenc;
import io.heritage.standalone.config.HeritageConfig;
import org.junit.jupiter.api.Test;

class ProcessorServiceTest {

    @Test
    void anEncoderThatIsNotThereIsRefusedAtTheStart() {
        assumeTrue(Nvenc.obstacle().isPresent(), "this machine has NVENC");
        HeritageConfig config = HeritageConfig.defaults().with("processor.encoder", "nvenc");
        assertThatThrownBy(() -> ProcessorService.requireDevices(config))
                .isInstanceOf(CannotStart.class)
                .hasMessageStartingWith("processor.encoder is nvenc: NVENC does not work here: ")
                .hasMessageContaining("h264_nvenc");
    }

    @Test
    void automaticNeedsNothing() throws Exception {
        ProcessorService.requireDevices(
                HeritageConfig.defaults().with("processor.encoder", "auto"));
    }
}
