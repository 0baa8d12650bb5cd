package io.heritage.processor.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private final AtomicInteger hangs = new AtomicInteger();

    /** Never started: the test looks itself. */
    private final Watchdog watchdog =
            new Watchdog(Thread.currentThread(), Duration.ofMinutes(10), hangs::incrementAndGet);

    @AfterEach
    void close() {
        watchdog.close();
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            watchdog.look();
        }
    }

    @Test
    void workWithoutACheckpointForTheWholeTimeOutIsAHangAndReportedOnce() {
        watchdog.begin();
        look(Watchdog.LOOKS);
        assertThat(hangs).hasValue(0);

        look(1);
        assertThat(hangs).hasValue(1);

        look(3 * Watchdog.LOOKS);
        assertThat(hangs).hasValue(1);
    }

    @Test
    void eachCheckpointBeginsTheTimeAnew() {
        watchdog.begin();
        for (int i = 0; i < 5; i++) {
            look(Watchdog.LOOKS);
            watchdog.pass();
        }
        assertThat(hangs).hasValue(0);
    }

    @Test
    void aThreadThatWaitsForWorkDoesNotHang() {
        watchdog.begin();
        watchdog.end();
        look(3 * Watchdog.LOOKS);
        assertThat(hangs).hasValue(0);
    }
}
