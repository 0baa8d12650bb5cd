package io.heritage.transport.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Control;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.Ports;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestJobs;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators switch is known to everybody, also to those who come later. */
public abstract class ControlBoardContract {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EndpointId endpoint = TestJobs.newEndpoint();
    private final WorkerId worker = new WorkerId("w-" + UUID.randomUUID());
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    protected abstract Ports ports();

    @BeforeEach
    void createTopics() {
        ports().createTopics(List.of(), SharedBroker.SHORT_LOCK);
    }

    @Test
    void whatWasSwitchedLastCountsAlsoForThoseWhoComeLater() throws InterruptedException {
        try (Controls first = Controls.follow(ports().controls(), _ -> {})) {
            assertThat(first.pausedSince(endpoint)).isEmpty();
            assertThat(first.set(new Control.Pause(endpoint, true, now), PATIENCE)).isTrue();
            assertThat(first.set(new Control.Drain(worker, true, now), PATIENCE)).isTrue();
            assertThat(first.pausedSince(endpoint)).contains(now);
            assertThat(first.isDrained(worker)).isTrue();
            try (Controls later = Controls.follow(ports().controls(), _ -> {})) {
                assertThat(later.pausedSince(endpoint)).contains(now);
                assertThat(later.isDrained(worker)).isTrue();
                assertThat(later.isDrained(new WorkerId("another"))).isFalse();
                later.set(new Control.Pause(endpoint, false, now.plusMillis(1)), PATIENCE);
                later.set(new Control.Drain(worker, false, now.plusMillis(1)), PATIENCE);
                assertThat(later.pausedSince(endpoint)).isEmpty();
                assertThat(later.isDrained(worker)).isFalse();
            }
        }
    }
}
