package io.heritage.sink.fold;

import static io.heritage.sink.Samples.ENDPOINT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaneRoomTest {
    private static WorkerPresence.Counts counts(int idle, int running) {
        return new WorkerPresence.Counts(idle, 2, idle, running, 4, 8);
    }

    @ParameterizedTest
    @CsvSource({"17000, 5", "1000, 5", "300, 17", "10, 500", "0, 500"})
    void aLaneHasAJobAWorkerOrASecondOfShorterWork(long runMillis, int jobs) {
        var room =
                new LaneRoom(
                        _ -> counts(2, 3), _ -> Optional.of(Duration.ofMillis(runMillis)), () -> 0);
        assertThat(room.applyAsInt(ENDPOINT)).isEqualTo(jobs);
    }

    @Test
    void beforeAJobHasEndedAndBeforeAWorkerIsKnownThereIsRoomForOne() {
        var room = new LaneRoom(_ -> counts(0, 0), _ -> Optional.empty(), () -> 0);
        assertThat(room.applyAsInt(ENDPOINT)).isEqualTo(1);
    }

    @Test
    void workersAreCountedAnewAfterATenthOfASecond() {
        var now = new AtomicLong();
        var idle = new AtomicLong(1);
        var room = new LaneRoom(_ -> counts(idle.intValue(), 0), _ -> Optional.empty(), now::get);
        assertThat(room.applyAsInt(ENDPOINT)).isEqualTo(1);
        idle.set(7);
        now.addAndGet(Duration.ofMillis(99).toNanos());
        assertThat(room.applyAsInt(ENDPOINT)).isEqualTo(1);
        now.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(room.applyAsInt(ENDPOINT)).isEqualTo(7);
    }
}
