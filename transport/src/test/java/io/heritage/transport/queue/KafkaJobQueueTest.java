package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestJobs;
import io.heritage.transport.kafka.ClientSettings;
import io.heritage.transport.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedBroker.class)
class KafkaJobQueueTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration NONE_LEFT = Duration.ofSeconds(3);

    private static final QueueSettings PATIENT =
            new QueueSettings(
                    SharedBroker.SHORT_LOCK.lock(),
                    SharedBroker.SHORT_LOCK.deliveryLimit(),
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(2));

    private final EndpointId endpoint = TestJobs.newEndpoint();
    private final SharedBroker.Running broker;
    private final KafkaTransport transport;
    private final List<JobQueue> queues = new ArrayList<>();

    KafkaJobQueueTest(SharedBroker.Running broker) {
        this.broker = broker;
        this.transport = broker.transport(endpoint);
    }

    @AfterEach
    void close() {
        queues.forEach(JobQueue::close);
        transport.close();
    }

    @Test
    void aJobSubmittedBeforeTheFirstWorkerIsDelivered() throws Exception {
        Job job = submit(Lane.HIGH);

        ClaimedJob claimed = take(queue());

        assertThat(claimed.job()).isEqualTo(job);
        assertThat(claimed.attempt()).isEqualTo(1);
        assertThat(claimed.held()).isTrue();
        assertThat(claimed.lastDelivery()).isFalse();
        claimed.finish();
        assertThat(claimed.held()).isFalse();
    }

    @Test
    void eachJobIsDoneOnceByThreeWorkers() throws Exception {
        Set<JobId> submitted = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 60; i++) {
            submitted.add(submit(i % 3 == 0 ? Lane.LOW : Lane.HIGH).id());
        }
        Map<JobId, Integer> done = new ConcurrentHashMap<>();
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < 3; i++) {
                JobQueue queue = queue();
                running.add(workers.submit(() -> finishAll(queue, done, submitted.size())));
            }
            for (Future<?> worker : running) {
                worker.get();
            }
        }
        assertThat(done.keySet()).isEqualTo(submitted);
        assertThat(done.values()).containsOnly(1);
    }

    /** A long grace: a job that is acquired and returned meanwhile may be overtaken. */
    @Test
    void theHighLaneIsServedBeforeTheLowLane() throws Exception {
        try (var patient = broker.transport(PATIENT);
                JobQueue queue = patient.queue(List.of(endpoint), new WorkerId("patient"))) {
            assertHighFirst(queue);
        }
    }

    private void assertHighFirst(JobQueue queue) throws InterruptedException {
        submit(Lane.LOW);
        ClaimedJob first = take(queue);
        for (int i = 0; i < 3; i++) {
            submit(Lane.LOW);
            submit(Lane.HIGH);
        }
        first.finish();

        var lanes = new ArrayList<Lane>();
        for (int i = 0; i < 6; i++) {
            ClaimedJob next = take(queue);
            lanes.add(next.job().policy().lane());
            next.finish();
        }

        assertThat(lanes)
                .containsExactly(Lane.HIGH, Lane.HIGH, Lane.HIGH, Lane.LOW, Lane.LOW, Lane.LOW);
    }

    @Test
    void closingTheQueueHandsItsJobToAnotherWorkerAtOnce() throws Exception {
        JobQueue first = queue();
        Job job = submit(Lane.HIGH);
        ClaimedJob claimed = take(first);
        JobQueue second = queue();
        assertThat(second.take(Duration.ofSeconds(2))).isEmpty();

        long closing = System.nanoTime();
        first.close();
        ClaimedJob again = take(second);

        assertThat(again.job().id()).isEqualTo(job.id());
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(claimed.held()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - closing))
                .isLessThan(SharedBroker.SHORT_LOCK.lock());
        again.finish();
    }

    @Test
    void aClaimOutlivesItsLockWhileTheWorkerWorks() throws Exception {
        JobQueue first = queue();
        submit(Lane.HIGH);
        ClaimedJob claimed = take(first);

        assertThat(queue().take(SharedBroker.SHORT_LOCK.lock().multipliedBy(2))).isEmpty();

        assertThat(claimed.held()).isTrue();
        claimed.finish();
    }

    @Test
    void aLongJobDoesNotKeepOtherLanesFromOtherWorkers() throws Exception {
        JobQueue busy = queue();
        submit(Lane.HIGH);
        ClaimedJob longJob = take(busy);
        JobQueue idle = queue();

        for (int i = 0; i < 5; i++) {
            Job low = submit(Lane.LOW);
            ClaimedJob taken = take(idle);
            assertThat(taken.job().id()).isEqualTo(low.id());
            taken.finish();
        }
        assertThat(longJob.held()).isTrue();
        longJob.finish();
    }

    @Test
    void busyWorkersReturnAJobButNeverUpToItsDeliveryLimit() throws Exception {
        List<JobQueue> busy = List.of(queue(), queue(), queue());
        var running = new ArrayList<ClaimedJob>();
        for (JobQueue worker : busy) {
            submit(Lane.HIGH);
            running.add(take(worker));
        }
        JobQueue bystander = transport.queue(List.of(elsewhere()), new WorkerId("bystander"));
        queues.add(bystander);
        Job low = submit(Lane.LOW);
        assertThat(bystander.take(NONE_LEFT)).isEmpty();

        running.forEach(ClaimedJob::finish);
        ClaimedJob taken = takeFromAny(busy);

        assertThat(taken.job().id()).isEqualTo(low.id());
        assertThat(taken.attempt()).isEqualTo(2);
        assertThat(taken.lastDelivery()).isFalse();
        taken.finish();
    }

    @Test
    void aSilentWorkersJobIsDeliveredAgainAfterItsLock() throws Exception {
        Job job = submit(Lane.HIGH);
        try (ShareConsumer<byte[], byte[]> silent = rawConsumer()) {
            assertThat(pollUntilOne(silent)).isEqualTo(job.id().value());

            ClaimedJob again = take(queue());

            assertThat(again.job().id()).isEqualTo(job.id());
            assertThat(again.attempt()).isEqualTo(2);
            again.finish();
        }
    }

    @Test
    void theLastDeliveryIsAnnouncedAndIsTheLast() throws Exception {
        Job job = TestJobs.job(endpoint).requeuedAfter(4);
        transport.jobs().submit(job);
        JobQueue queue = queue();
        for (int delivery = 1; delivery <= 3; delivery++) {
            ClaimedJob claimed = take(queue);
            assertThat(claimed.attempt()).isEqualTo(4 + delivery);
            assertThat(claimed.lastDelivery()).isEqualTo(delivery == 3);
            claimed.close();
        }
        assertThat(queue.take(NONE_LEFT)).isEmpty();
    }

    @Test
    void anUnreadableRecordIsTakenOutAndTheNextJobComes() throws Exception {
        var bytes = new ByteArraySerializer();
        try (var producer =
                new KafkaProducer<>(
                        new ClientSettings(broker.config()).eventProducer(), bytes, bytes)) {
            producer.send(
                            new ProducerRecord<>(
                                    Topics.jobs(endpoint, Lane.HIGH),
                                    "not a job".getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
        Job job = submit(Lane.HIGH);

        ClaimedJob claimed = take(queue());

        assertThat(claimed.job().id()).isEqualTo(job.id());
        claimed.finish();
    }

    @Test
    void aWorkerThatLostItsClaimIsTold() throws Exception {
        submit(Lane.HIGH);
        ClaimedJob claimed = take(queue());

        transport.admin().deleteTopics(List.of(Topics.jobs(endpoint, Lane.HIGH))).all().get();

        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (claimed.held() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(claimed.held()).isFalse();
        claimed.finish();
    }

    @Test
    void aSecondJobIsRefusedWhileOneIsInHand() throws Exception {
        submit(Lane.HIGH);
        JobQueue queue = queue();
        ClaimedJob claimed = take(queue);

        assertThatThrownBy(() -> queue.take(PATIENCE)).isInstanceOf(IllegalStateException.class);

        claimed.finish();
    }

    private EndpointId elsewhere() {
        EndpointId elsewhere = TestJobs.newEndpoint();
        transport.createTopics(List.of(elsewhere));
        return elsewhere;
    }

    private static ClaimedJob takeFromAny(List<JobQueue> workers) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            for (JobQueue worker : workers) {
                Optional<ClaimedJob> taken = worker.take(Duration.ofMillis(300));
                if (taken.isPresent()) {
                    return taken.get();
                }
            }
        }
        throw new AssertionError("no job came within " + PATIENCE);
    }

    /** Until all are done, and then whatever still comes. */
    private static Map<JobId, Integer> finishAll(
            JobQueue queue, Map<JobId, Integer> done, int total) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Optional<ClaimedJob> next = queue.take(NONE_LEFT);
        while (next.isPresent() || (done.size() < total && System.nanoTime() < deadline)) {
            next.ifPresent(claimed -> {
                done.merge(claimed.job().id(), 1, Integer::sum);
                claimed.finish();
            });
            next = queue.take(NONE_LEFT);
        }
        return done;
    }

    private String pollUntilOne(ShareConsumer<byte[], byte[]> consumer) {
        consumer.subscribe(List.of(Topics.jobs(endpoint, Lane.HIGH)));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            for (var found : consumer.poll(Duration.ofMillis(200))) {
                return new String(found.key(), StandardCharsets.UTF_8);
            }
        }
        throw new AssertionError("no job came within " + PATIENCE);
    }

    private ShareConsumer<byte[], byte[]> rawConsumer() {
        var bytes = new ByteArrayDeserializer();
        String topic = Topics.jobs(endpoint, Lane.HIGH);
        return new KafkaShareConsumer<>(
                new ClientSettings(broker.config())
                        .shareConsumer(Topics.shareGroup(topic), "silent"),
                bytes,
                bytes);
    }

    private Job submit(Lane lane) {
        Job job = TestJobs.job(endpoint, lane);
        transport.jobs().submit(job);
        return job;
    }

    private JobQueue queue() {
        JobQueue queue =
                transport.queue(List.of(endpoint), new WorkerId("worker-" + queues.size()));
        queues.add(queue);
        return queue;
    }

    private static ClaimedJob take(JobQueue queue) throws InterruptedException {
        return queue.take(PATIENCE).orElseThrow();
    }
}
