package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LaneFailureTest {
    private final LaneState lane = new LaneState(new EndpointId("e"), "lane", 0);
    private final LaneSchedule schedule = new LaneSchedule(List.of(lane), QueueSettings.defaults());

    @Test
    void aLaneWhoseThreadEndsIsToldToTheWorker() {
        var consumer =
                new LaneConsumer(
                        lane,
                        schedule,
                        QueueSettings.defaults(),
                        new ShardWatch(
                                new EndpointId("e"),
                                Lane.HIGH,
                                (_, _) -> List.of(),
                                1,
                                Duration.ofMinutes(1),
                                new Random()),
                        (_, _) -> {
                            throw new NoClassDefFoundError("org/example/Missing");
                        });
        consumer.run();

        assertThatThrownBy(() -> schedule.take(System.nanoTime() + Duration.ofHours(1).toNanos()))
                .isInstanceOf(TransportUnavailable.class)
                .hasMessageContaining("the thread of lane heritage.jobs.e.high ended")
                .hasRootCauseMessage("org/example/Missing");
    }
}
