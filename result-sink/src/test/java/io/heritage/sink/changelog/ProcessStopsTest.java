package io.heritage.sink.changelog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProcessStopsTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final AtomicLong millis = new AtomicLong(1_000);
    private final ProcessStops stops = new ProcessStops(nanos::get, millis::get);

    private void pass(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
        millis.addAndGet(TimeUnit.SECONDS.toMillis(seconds));
    }

    @Test
    void timeThatIsLookedAtIsNoStandstill() {
        for (int i = 0; i < 10; i++) {
            pass(5);
            assertThat(stops.count()).isZero();
        }
    }

    @Test
    void longTimeBetweenTwoLooksIsOne() {
        pass(6);
        assertThat(stops.count()).isOne();
        assertThat(stops.count()).isOne();
        pass(60);
        assertThat(stops.count()).isEqualTo(2);
    }

    @Test
    void aMachineThatWasPutAsideTellsByItsCalendarOnly() {
        millis.addAndGet(TimeUnit.HOURS.toMillis(1));
        assertThat(stops.count()).isOne();
        millis.addAndGet(-TimeUnit.HOURS.toMillis(1)); // set back
        assertThat(stops.count()).isOne();
    }
}
