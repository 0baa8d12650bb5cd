package io.heritage.sink.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SinkConfigTest {

    @Test
    void theDefaultsListenOnLoopbackAndCallPublicAddressesOnly() {
        SinkConfig config = SinkConfig.defaults();
        assertThat(config.host()).isEqualTo("127.0.0.1");
        assertThat(config.port()).isEqualTo(8001);
        assertThat(config.webhookPrivateAddresses()).isFalse();
        assertThat(config.webhookPauses())
                .containsExactly(Duration.ofSeconds(5), Duration.ofSeconds(15));
        assertThat(config.lostAfter()).isGreaterThan(Duration.ofSeconds(30));
        assertThat(config.lostJobRetries()).isEqualTo(1);
    }

    @Test
    void everySettingMayDiffer() {
        var config =
                new SinkConfig(
                        "0.0.0.0",
                        0,
                        "sink-2.example",
                        Path.of("elsewhere"),
                        "sink-2",
                        Duration.ofSeconds(90),
                        0,
                        Duration.ofSeconds(3),
                        List.of(),
                        true,
                        1,
                        1,
                        "shared",
                        "https://gpu.example.com/v2",
                        4,
                        1);
        assertThat(config).isNotEqualTo(SinkConfig.defaults());
    }

    @Test
    void allThatIsWrongIsSaidTogether() {
        assertThatThrownBy(() ->
                        new SinkConfig(
                                " ",
                                70_000,
                                "",
                                Path.of("x"),
                                "a b",
                                Duration.ZERO,
                                -1,
                                Duration.ZERO,
                                List.of(Duration.ofSeconds(-1)),
                                false,
                                0,
                                0,
                                "",
                                "v2/",
                                0,
                                -1))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .satisfies(m -> assertThat(m.split(";")).hasSize(12));
    }
}
