package io.heritage.models.wan.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On cards that are not here: a pure function of the capability and of the trial's result. */
class CudnnAttentionChoiceTest {
    /**
     * @param capability 0: a CPU; sm75 to sm89: Turing, Ampere, Ada; sm90: Hopper; sm100 and sm120:
     *     Blackwell
     */
    @ParameterizedTest
    @CsvSource({
        "AUTO, 0, true, false, 0",
        "AUTO, 75, true, false, 0",
        "AUTO, 80, true, false, 0",
        "AUTO, 89, true, false, 0",
        "AUTO, 90, true, true, 1",
        "AUTO, 90, false, false, 1",
        "AUTO, 100, true, false, 0",
        "AUTO, 120, true, false, 0",
        "CUDNN, 80, true, true, 1",
        "CUDNN, 90, true, true, 1",
        "SDPA, 90, true, false, 0"
    })
    void theKernelThatIsTakenAndHowOftenItIsTried(
            AttentionKernel wanted, int capability, boolean agrees, boolean taken, int trials) {
        var tried = new AtomicInteger();
        boolean chosen =
                CudnnAttention.chosen(
                        wanted,
                        capability,
                        () -> {
                            tried.incrementAndGet();
                            return agrees ? Optional.empty() : Optional.of("it differs");
                        });
        assertThat(chosen).isEqualTo(taken);
        assertThat(tried).hasValue(trials);
    }

    @Test
    void whatIsDemandedAndComputesWronglyIsRefusedOnAnyCard() {
        assertThatThrownBy(() ->
                        CudnnAttention.chosen(
                                AttentionKernel.CUDNN, 90, () -> Optional.of("it differs")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("attention CUDNN: it differs. Use AUTO or SDPA");
    }
}
