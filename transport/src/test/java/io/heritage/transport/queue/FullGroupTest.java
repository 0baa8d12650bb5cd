package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.TestBroker;
import io.heritage.transport.TestJobs;
import io.heritage.transport.kafka.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** More workers than the brokers admit to a group; one stands for 200. */
class FullGroupTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EndpointId endpoint = TestJobs.newEndpoint();

    @Test
    void aWorkerThatIsRefusedSaysSoUntilThereIsRoom() throws Exception {
        try (var broker = TestBroker.start(1, Map.of("group.share.max.size", "1"));
                var transport = broker.transport(endpoint);
                JobQueue second = transport.queue(List.of(endpoint), new WorkerId("second"))) {
            try (JobQueue first = transport.queue(List.of(endpoint), new WorkerId("first"))) {
                for (Lane lane : Lane.values()) { // until it is a member of all groups
                    transport.jobs().submit(TestJobs.job(endpoint, lane));
                    first.take(PATIENCE).orElseThrow().finish();
                }
                assertThat(first.unjoined()).isEmpty();

                Set<String> all = Set.copyOf(Topics.jobs(List.of(endpoint)));
                await().atMost(PATIENCE)
                        .until(() ->
                                second.take(Duration.ofMillis(100)).isEmpty()
                                        && Set.copyOf(second.unjoined()).equals(all));
            }
            transport.jobs().submit(TestJobs.job(endpoint, Lane.HIGH));
            second.take(PATIENCE).orElseThrow().finish();
            await().atMost(PATIENCE)
                    .until(() ->
                            second.take(Duration.ofMillis(100)).isEmpty()
                                    && second.unjoined().isEmpty());
        }
    }
}
