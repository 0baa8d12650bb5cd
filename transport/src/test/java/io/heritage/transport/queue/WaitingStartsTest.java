package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestBroker;
import io.heritage.transport.TestJobs;
import io.heritage.transport.TopicLayouts;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.kafka.Topics;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class WaitingStartsTest {
    private final EndpointId endpoint = TestJobs.newEndpoint();
    private final String waiting = Topics.waiting(endpoint, Lane.HIGH);

    /** Gateways keep the media of all that is not past. */
    @Test
    void allIsNeededUntilEveryPartitionOfTheFoldHasSaidOtherwise(TestBroker broker) {
        KafkaConfig config = TopicLayouts.fairShares(broker.config(), true);
        try (var transport =
                KafkaTransport.open(
                        config, SharedBroker.SHORT_LOCK, Clock.systemUTC(), new Random())) {
            transport.createTopics(List.of(endpoint));
            for (int i = 0; i < 5; i++) {
                transport.jobs().submitWaiting(TestJobs.job(endpoint));
            }
            for (int partition = 0; partition < config.eventPartitions(); partition++) {
                assertThat(window(transport).startOffset()).isZero();
                transport.waitingStarts().publish(waiting, partition, 4 - partition % 2);
            }
            assertThat(window(transport).startOffset()).isEqualTo(3);
            assertThat(window(transport).endOffset()).isEqualTo(5);
            for (int partition = 0; partition < config.eventPartitions(); partition++) {
                transport.waitingStarts().publish(waiting, partition, 5);
            }
            assertThat(window(transport).isPast(4)).isTrue();
            assertThat(window(transport).unfinished()).isZero();
        }
    }

    private LaneWindow window(KafkaTransport transport) {
        return transport.windows().of(waiting);
    }
}
