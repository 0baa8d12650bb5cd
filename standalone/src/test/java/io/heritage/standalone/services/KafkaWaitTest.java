package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KafkaWaitTest {
    private final List<String> notices = new ArrayList<>();

    private static int unusedPort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void withoutKafkaALineSaysSoOnceAndItEnds() throws Exception {
        String nobody = "127.0.0.1:" + unusedPort();
        var wait = new KafkaWait(nobody, notices::add, Duration.ZERO, Duration.ZERO);

        assertThatThrownBy(wait::untilReachable)
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining(nobody)
                .hasMessageContaining("kafka.bootstrap-servers");
        assertThat(notices).singleElement().asString().contains("waiting", nobody, "refused");
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
        try (var broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String servers =
                    "127.0.0.1:%d,127.0.0.1:%d".formatted(unusedPort(), broker.getLocalPort());

            new KafkaWait(servers, notices::add, Duration.ZERO, Duration.ZERO).untilReachable();
        }
        assertThat(notices).isEmpty();
    }
}
