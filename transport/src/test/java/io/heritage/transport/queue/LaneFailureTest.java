package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneFailureTest {
    private final LaneState lane = new LaneState("lane", 0);
    private final LaneSchedule schedule = new LaneSchedule(List.of(lane), QueueSettings.defaults());

    @Test
    void aLaneWhoseThreadEndsIsToldToTheWorker() {
        var consumer =
                new LaneConsumer(
                        lane,
                        schedule,
                        QueueSettings.defaults(),
                        () -> {
                            throw new NoClassDefFoundError("org/example/Missing");
                        });
        consumer.run();

        assertThatThrownBy(() -> schedule.take(System.nanoTime() + Duration.ofHours(1).toNanos()))
                .isInstanceOf(TransportUnavailable.class)
                .hasMessageContaining("the thread of lane lane ended")
                .hasRootCauseMessage("org/example/Missing");
    }
}
