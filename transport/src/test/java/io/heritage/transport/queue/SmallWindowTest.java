package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.transport.TestBroker;
import io.heritage.transport.TestJobs;
import io.heritage.transport.kafka.Topics;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Brokers whose limits are those of Kafka's defaults. */
class SmallWindowTest {
    private final EndpointId endpoint = TestJobs.newEndpoint();

    /** The fault: the warning came at 8,000, when the window had been full since 4,000. */
    @Test
    void theWindowIsAsTheBrokersAllowIt() {
        var defaults = Map.of("group.share.max.partition.max.record.locks", "4000");
        try (var broker = TestBroker.start(1, defaults);
                var transport = broker.transport(endpoint)) {
            LaneWindow window = transport.windows().of(Topics.jobs(endpoint, Lane.HIGH));

            assertThat(window.limit()).isEqualTo(4_000);
        }
    }
}
