package io.heritage.transport.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import io.heritage.schemas.Command;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.WorkerId;
import io.heritage.schemas.WorkerStatus;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestJobs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class KafkaEventsTest {
    private static final WorkerId WORKER = new WorkerId("w");
    private static final Duration HOUR = Duration.ofHours(1);

    private final KafkaTransport transport;
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    KafkaEventsTest(SharedBroker.Running broker) {
        this.transport = broker.transport(new EndpointId("events-test"));
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void theHistoryOfAJobIsItsOwnEventsInOrder() {
        JobId job = JobId.forRun(Clock.systemUTC());
        JobId other = JobId.forRun(Clock.systemUTC());
        var expected = new ArrayList<JobEvent>();
        EventLog events = transport.events();
        for (int i = 0; i < 50; i++) {
            var progress = new JobEvent.Progress(job, now, 1, i, IntNode.valueOf(i));
            expected.add(progress);
            events.post(progress);
            events.post(new JobEvent.Progress(other, now, 1, i, IntNode.valueOf(i)));
        }
        var failed = new JobEvent.Failed(job, now, 1, WORKER, "no", null);
        expected.add(failed);
        events.append(failed);

        assertThat(events.history(job, now.minus(HOUR))).isEqualTo(expected);
        assertThat(events.history(job, now.plus(HOUR))).isEmpty();
        assertThat(events.history(JobId.forRun(Clock.systemUTC()), now.minus(HOUR))).isEmpty();
    }

    @Test
    void aSubscriberHearsPastCommandsThenNewOnes() throws InterruptedException {
        var before = cancel();
        var after = cancel();
        transport.commands().broadcast(before);
        BlockingQueue<Command> heard = new LinkedBlockingQueue<>();

        try (Subscription subscription = transport.commands().subscribe(HOUR, heard::add)) {
            assertThat(subscription).isNotNull();
            assertThat(heard).contains(before);
            heard.clear();
            transport.commands().broadcast(after);

            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(after);
        }
        transport.commands().broadcast(cancel());
        assertThat(heard).isEmpty();
    }

    @Test
    void aListenerThatFailsHearsTheNextCommand() throws InterruptedException {
        BlockingQueue<Command> heard = new LinkedBlockingQueue<>();
        var bad = cancel();
        var good = cancel();
        try (Subscription subscription =
                transport
                        .commands()
                        .subscribe(
                                Duration.ZERO,
                                command -> {
                                    if (command.equals(bad)) {
                                        throw new IllegalStateException("not this one");
                                    }
                                    heard.add(command);
                                })) {
            assertThat(subscription).isNotNull();
            transport.commands().broadcast(bad);
            transport.commands().broadcast(good);

            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(good);
        }
    }

    @Test
    void theBoardShowsTheLatestStatusOfAWorker() throws InterruptedException {
        var worker = new WorkerId("w-" + UUID.randomUUID());
        WorkerBoard board = transport.workers();
        board.post(status(worker, WorkerStatus.Phase.IDLE));
        transport.commands().broadcast(cancel());
        BlockingQueue<WorkerStatus> heard = new LinkedBlockingQueue<>();

        try (Subscription subscription =
                board.subscribe(status -> {
                    if (status.worker().equals(worker)) {
                        heard.add(status);
                    }
                })) {
            assertThat(subscription).isNotNull();
            assertThat(heard.poll(10, TimeUnit.SECONDS))
                    .isEqualTo(status(worker, WorkerStatus.Phase.IDLE));
            board.post(status(worker, WorkerStatus.Phase.RUNNING));
            assertThat(heard.poll(10, TimeUnit.SECONDS))
                    .isEqualTo(status(worker, WorkerStatus.Phase.RUNNING));
        }
    }

    @Test
    void topicsAreCreatedAnyNumberOfTimes() {
        Job job = TestJobs.job(new EndpointId("events-test"));
        transport.createTopics(List.of(job.endpoint()));
        transport.createTopics(List.of(job.endpoint(), TestJobs.newEndpoint()));

        transport.jobs().submit(job);
    }

    private WorkerStatus status(WorkerId worker, WorkerStatus.Phase phase) {
        return new WorkerStatus(worker, now, phase, List.of(), List.of(), "cpu", 0, 0, null, 5000);
    }

    private Command cancel() {
        return new Command.Cancel(JobId.forRun(Clock.systemUTC()), now);
    }
}
