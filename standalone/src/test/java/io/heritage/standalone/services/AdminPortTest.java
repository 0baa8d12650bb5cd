package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.http.AdminConfig;
import io.heritage.observe.Metric;
import io.heritage.observe.trace.Traces;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class AdminPortTest {
    @Test
    void aTakenPortCostsTheMetricsAndNotTheStart() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                AdminPort port =
                        AdminPort.open(
                                new AdminConfig(true, "127.0.0.1", taken.getLocalPort()),
                                Traces.none())) {
            port.meters().count(Metric.MEDIA_ERRORS, "lost");
            port.started().close();

            assertThat(port.port()).isEmpty();
        }
    }

    @Test
    void aPortThatIsSwitchedOffIsNotOpened() {
        try (AdminPort port =
                AdminPort.open(new AdminConfig(false, "127.0.0.1", 0), Traces.none())) {
            assertThat(port.port()).isEmpty();
        }
    }

    @Test
    void portZeroTakesAFreeOne() {
        try (AdminPort port =
                AdminPort.open(new AdminConfig(true, "127.0.0.1", 0), Traces.none())) {
            assertThat(port.port().orElseThrow()).isPositive();
        }
    }
}
