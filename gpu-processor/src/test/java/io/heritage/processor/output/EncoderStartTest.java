package io.heritage.processor.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heritage.media.EncodedBy;
import io.heritage.media.Nvenc;
import io.heritage.processor.config.EncoderChoice;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncoderStartTest {

    @ParameterizedTest
    @CsvSource({"CPU, CPU", "AUTO, NVENC", "NVENC, NVENC"})
    void whereNvencWorksItIsTakenUnlessTheCpuIsAskedFor(EncoderChoice choice, EncodedBy expected) {
        assertThat(EncoderStart.of(choice, Optional::empty)).isEqualTo(expected);
    }

    @Test
    void autoTakesTheCpuWhereNvencDoesNotWork() {
        assertThat(EncoderStart.of(EncoderChoice.AUTO, () -> Optional.of("no driver")))
                .isEqualTo(EncodedBy.CPU);
    }

    @Test
    void nvencIsRefusedWithTheReasonAndWhatToDo() {
        assertThatThrownBy(
                        () -> EncoderStart.of(EncoderChoice.NVENC, () -> Optional.of("no driver")))
                .isInstanceOf(EncoderUnavailable.class)
                .hasMessageStartingWith("NVENC does not work here: no driver. ")
                .hasMessageContainingAll("libnvidia-encode.so.1", "auto", "cpu");
    }

    @Test
    void theCpuNeedsNoTrial() {
        assertThat(
                        EncoderStart.of(
                                EncoderChoice.CPU,
                                () -> {
                                    throw new AssertionError("a trial");
                                }))
                .isEqualTo(EncodedBy.CPU);
    }

    @Test
    void thisMachineIsTried() {
        assumeTrue(Nvenc.obstacle().isPresent(), "this machine has NVENC");
        assertThat(EncoderStart.of(EncoderChoice.AUTO)).isEqualTo(EncodedBy.CPU);
        assertThatThrownBy(() -> EncoderStart.of(EncoderChoice.NVENC))
                .isInstanceOf(EncoderUnavailable.class)
                .hasMessageContaining("h264_nvenc");
    }
}
