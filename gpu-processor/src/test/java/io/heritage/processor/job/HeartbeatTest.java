package io.heritage.processor.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.processor.device.DeviceStatus;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.JobId;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.memory.MemoryTransport;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    @Test
    void idlenessBeginsWithTheEndOfTheLastJob() {
        Clock clock = Clock.systemUTC();
        var transport = new MemoryTransport(clock);
        try (var heartbeat =
                new Heartbeat(
                        transport.workers(),
                        new WorkerId("worker"),
                        List.of(new EndpointId("restore")),
                        Duration.ofSeconds(10),
                        clock)) {
            heartbeat.ready(true, () -> DeviceStatus.UNKNOWN);
            Duration before = Duration.ofMillis(200);
            Awaitility.await().until(() -> heartbeat.idleFor().orElseThrow().compareTo(before) > 0);
            heartbeat.running(JobId.forRun(clock));
            assertThat(heartbeat.idleFor()).isEmpty();

            long ended = System.nanoTime();
            heartbeat.idle();

            Duration idle = heartbeat.idleFor().orElseThrow();
            assertThat(idle).isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - ended));
        }
    }
}
