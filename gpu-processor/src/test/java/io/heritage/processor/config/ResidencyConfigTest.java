package io.heritage.processor.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResidencyConfigTest {

    @Test
    void nothingIsPreloadedOrPinnedByDefault() {
        assertThat(ResidencyConfig.defaults())
                .isEqualTo(new ResidencyConfig(List.of(), List.of(), Duration.ofSeconds(30)));
    }

    @Test
    void modelsThatThereAreNotAreNamedWithTheNearestThatThereIs() {
        assertThatThrownBy(() ->
                        new ResidencyConfig(
                                List.of("rife47", "seedvr2-3b"), List.of("wan"), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "preload: no model 'seedvr2-3b'; did you mean 'seedvr2_3b'?;"
                                + " pin: no model 'wan'; did you mean 'wan22'?;"
                                + " load-time: expected more than zero, found PT0S");
    }
}
