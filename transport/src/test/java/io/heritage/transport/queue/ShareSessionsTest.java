package io.heritage.transport.queue;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.TestBroker;
import io.heritage.transport.TestJobs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** More workers than the broker keeps share sessions for (2,000 by default; here one worker's). */
class ShareSessionsTest {
    /** As many sessions as a worker has lanes; brokers want no fewer than members of a group. */
    private static final Map<String, String> LIMITS =
            Map.of("group.share.max.share.sessions", "3", "group.share.max.size", "3");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void aWorkerWithoutASessionTakesJobsOnceThereIsRoom() throws InterruptedException {
        EndpointId endpoint = TestJobs.newEndpoint();
        try (var broker = TestBroker.start(1, LIMITS);
                var transport = broker.transport(endpoint);
                JobQueue second = transport.queue(List.of(endpoint), new WorkerId("second"))) {
            try (JobQueue first = transport.queue(List.of(endpoint), new WorkerId("first"))) {
                for (Lane lane : Lane.values()) {
                    transport.jobs().submit(TestJobs.job(endpoint, lane));
                    first.take(PATIENCE).orElseThrow().finish();
                }
                var _ = second.take(Duration.ofSeconds(2));
                transport.jobs().submit(TestJobs.job(endpoint, Lane.HIGH));
                first.take(PATIENCE).orElseThrow().finish();
            }
            transport.jobs().submit(TestJobs.job(endpoint, Lane.HIGH));
            second.take(PATIENCE).orElseThrow().finish();
        }
    }
}
