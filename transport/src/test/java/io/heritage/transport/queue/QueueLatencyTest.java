package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.Lane;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestJobs;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker of two endpoints. The figures are logged; the bounds hold on a busy machine too. */
@ExtendWith(SharedBroker.class)
class QueueLatencyTest {
    private static final Logger LOG = LoggerFactory.getLogger(QueueLatencyTest.class);
    private static final int ROUNDS = 100;
    private static final Duration HALF_A_SECOND = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final EndpointId first = TestJobs.newEndpoint();
    private final EndpointId second = TestJobs.newEndpoint();
    private final EndpointId elsewhere = TestJobs.newEndpoint();
    private final KafkaTransport transport;
    private final JobQueue queue;
    private final JobQueue bystander;

    QueueLatencyTest(SharedBroker.Running broker) {
        transport = broker.transport(first);
        transport.createTopics(List.of(second, elsewhere));
        queue = transport.queue(List.of(first, second), new WorkerId("worker"));
        bystander = transport.queue(List.of(elsewhere), new WorkerId("bystander"));
    }

    @AfterEach
    void close() {
        queue.close();
        bystander.close();
        transport.close();
    }

    @Test
    void anIdleWorkerHasAJobWithinMilliseconds() throws Exception {
        everyLaneServesOne();
        Duration oneLane = medianToTake("one lane", _ -> submit(first, Lane.HIGH));
        Duration inTurn =
                medianToTake(
                        "endpoints in turn", i -> submit(i % 2 == 0 ? first : second, Lane.HIGH));

        assertThat(oneLane).isLessThan(Duration.ofMillis(200));
        assertThat(inTurn).isLessThan(Duration.ofMillis(200));
    }

    private Duration medianToTake(String what, IntConsumer submit) throws Exception {
        long[] nanos = new long[ROUNDS];
        BlockingQueue<Long> taken = new ArrayBlockingQueue<>(ROUNDS);
        long began = System.nanoTime();
        try (ExecutorService worker = Executors.newSingleThreadExecutor()) {
            Future<?> served = worker.submit(() -> serve(taken));
            for (int i = 0; i < ROUNDS; i++) {
                long before = System.nanoTime();
                submit.accept(i);
                Long at = taken.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                nanos[i] = Objects.requireNonNull(at) - before;
            }
            served.get();
        }
        Arrays.sort(nanos);
        LOG.atInfo()
                .addKeyValue("p50Micros", nanos[ROUNDS / 2] / 1000)
                .addKeyValue("p90Micros", nanos[ROUNDS * 9 / 10] / 1000)
                .addKeyValue("p99Micros", nanos[ROUNDS * 99 / 100] / 1000)
                .addKeyValue("cycleMicros", (System.nanoTime() - began) / ROUNDS / 1000)
                .addKeyValue("jobs", what)
                .log("submit to take, idle worker of four lanes");
        return Duration.ofNanos(nanos[ROUNDS / 2]);
    }

    private @Nullable Void serve(BlockingQueue<Long> taken) throws InterruptedException {
        for (int i = 0; i < ROUNDS; i++) {
            ClaimedJob job = take();
            long now = System.nanoTime();
            job.finish();
            taken.add(now);
        }
        return null;
    }

    @Test
    void afterALongJobEveryLaneIsServedAtOnce() throws Exception {
        everyLaneServesOne();
        submit(first, Lane.HIGH);
        ClaimedJob longJob = take();
        runFor(HALF_A_SECOND);
        submit(second, Lane.LOW);
        runFor(HALF_A_SECOND);
        longJob.finish();

        long ended = System.nanoTime();
        take().finish();
        Duration waiting = Duration.ofNanos(System.nanoTime() - ended);

        long submitted = System.nanoTime();
        submit(second, Lane.HIGH);
        take().finish();
        Duration afterwards = Duration.ofNanos(System.nanoTime() - submitted);
        LOG.atInfo()
                .addKeyValue("waitingMicros", waiting.toNanos() / 1000)
                .addKeyValue("submittedLaterMicros", afterwards.toNanos() / 1000)
                .log("end of a long job to the next one of another lane");
        assertThat(waiting).isLessThan(Duration.ofSeconds(1));
        assertThat(afterwards).isLessThan(Duration.ofSeconds(1));
    }

    /** A worker that has nothing to do looks on. */
    private void runFor(Duration time) throws InterruptedException {
        assertThat(bystander.take(time)).isEmpty();
    }

    private void everyLaneServesOne() throws InterruptedException {
        for (EndpointId endpoint : List.of(first, second)) {
            for (Lane lane : Lane.values()) {
                submit(endpoint, lane);
            }
        }
        for (int i = 0; i < 4; i++) {
            take().finish();
        }
    }

    private Job submit(EndpointId endpoint, Lane lane) {
        Job job = TestJobs.job(endpoint, lane);
        transport.jobs().submit(job);
        return job;
    }

    private ClaimedJob take() throws InterruptedException {
        return queue.take(PATIENCE).orElseThrow();
    }
}
