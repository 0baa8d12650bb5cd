package io.heritage.models.wan.dit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CudnnAttentionDifferenceTest {
    @Test
    void roundingIsAllowed() {
        assertThat(CudnnAttention.tooFar(0.008)).isEmpty();
    }

    @Test
    void anotherResultIsNot() {
        assertThat(CudnnAttention.tooFar(0.5))
                .hasValue("its result differs by 0.500 of the largest number, 0.0200 is allowed");
    }

    @Test
    void norIsNoNumber() {
        assertThat(CudnnAttention.tooFar(Double.NaN)).isPresent();
    }
}
