package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.standalone.DeafPort;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KafkaWaitTest {
    private final List<String> notices = new ArrayList<>();

    @Test
    void withoutKafkaALineSaysSoOnceAndItEnds() throws Exception {
        try (var nobody = new DeafPort()) {
            var wait = new KafkaWait(nobody.address(), notices::add, Duration.ZERO, Duration.ZERO);

            assertThatThrownBy(wait::untilReachable)
                    .isInstanceOf(CannotStart.class)
                    .hasMessageContaining(nobody.address())
                    .hasMessageContaining("kafka.bootstrap-servers");
            assertThat(notices)
                    .singleElement()
                    .asString()
                    .contains("waiting", nobody.address(), "refused");
        }
    }

    @Test
    void whileItWaitsItSaysForHowLongAlready() {
        Duration limit = Duration.ofMillis(600); // looked at twice
        var wait = new KafkaWait("127.0.0.1:1", notices::add, limit, Duration.ZERO);

        assertThatThrownBy(wait::untilReachable).isInstanceOf(CannotStart.class);
        assertThat(notices).hasSizeGreaterThan(1);
        assertThat(notices.subList(1, notices.size()))
                .allMatch(line -> line.startsWith("heritage: still waiting for Kafka, "));
    }

    @Test
    void oneBrokerOfSeveralIsEnough() throws Exception {
        try (var nobody = new DeafPort();
                var broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String servers = nobody.address() + ",127.0.0.1:" + broker.getLocalPort();

            new KafkaWait(servers, notices::add, Duration.ZERO, Duration.ZERO).untilReachable();
        }
        assertThat(notices).isEmpty();
    }
}
