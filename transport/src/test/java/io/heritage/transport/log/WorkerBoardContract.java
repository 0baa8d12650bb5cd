package io.heritage.transport.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.WorkerId;
import io.heritage.schemas.WorkerStatus;
import io.heritage.transport.Ports;
import io.heritage.transport.SharedBroker;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a reader of heartbeats may expect. */
public abstract class WorkerBoardContract {
    private static final int PATIENCE_SECONDS = 60;

    private final WorkerId worker = new WorkerId("w-" + UUID.randomUUID());
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    protected abstract Ports ports();

    @BeforeEach
    void createTopics() {
        ports().createTopics(List.of(), SharedBroker.SHORT_LOCK);
    }

    @Test
    void theBoardShowsTheLatestStatusOfAWorker() throws InterruptedException {
        WorkerBoard board = ports().workers();
        board.post(status(WorkerStatus.Phase.IDLE));
        BlockingQueue<WorkerStatus> heard = new LinkedBlockingQueue<>();

        try (Subscription subscription =
                board.subscribe(status -> {
                    if (status.worker().equals(worker)) {
                        heard.add(status);
                    }
                })) {
            assertThat(subscription).isNotNull();
            assertThat(heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo(status(WorkerStatus.Phase.IDLE));
            board.post(status(WorkerStatus.Phase.RUNNING));
            assertThat(heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo(status(WorkerStatus.Phase.RUNNING));
        }
    }

    private WorkerStatus status(WorkerStatus.Phase phase) {
        return new WorkerStatus(
                worker, now, phase, List.of(), List.of(), "cpu", 0, 0, null, 5000, null, null,
                null);
    }
}
