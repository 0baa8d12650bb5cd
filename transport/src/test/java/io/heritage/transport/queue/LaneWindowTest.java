package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a window is said to be nearly full. */
class LaneWindowTest {
    private static final String TOPIC = "heritage.jobs.interpolate.high";

    @Test
    void jobsThatWaitFillNoWindow() {
        LaneWindow window = new LaneWindow(TOPIC, 10, 1_000_010, 0, 10_000);

        assertThat(window.fill()).isZero();
        assertThat(window.unfinished()).isEqualTo(1_000_000);
    }

    @Test
    void theWatchWarnsOnceEachTimeAWindowGetsNearlyFull() {
        var windows =
                new ArrayDeque<>(
                        List.of(finished(7_999), finished(8_000), finished(9_000), finished(0)));
        var watch = new WindowWatch(_ -> windows.remove(), () -> List.of(TOPIC));

        watch.look();
        assertThat(watch.warned()).isEmpty();
        watch.look();
        watch.look();
        assertThat(watch.warned()).containsExactly(TOPIC);
        watch.look();
        assertThat(watch.warned()).isEmpty();
        watch.close();
    }

    private static LaneWindow finished(long ahead) {
        return new LaneWindow(TOPIC, 5, 20_000, ahead, 10_000);
    }
}
