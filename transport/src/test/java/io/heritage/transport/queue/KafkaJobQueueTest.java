package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestBroker;
import io.heritage.transport.TestJobs;
import io.heritage.transport.kafka.ClientSettings;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.log.Sent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
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
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration NONE_LEFT = Duration.ofSeconds(3);

    private final EndpointId endpoint = TestJobs.newEndpoint();
    private final TestBroker broker;
    private final KafkaTransport transport;
    private final List<JobQueue> queues = new ArrayList<>();

    KafkaJobQueueTest(TestBroker broker) {
        this.broker = broker;
        this.transport = broker.transport(endpoint);
    }

    @AfterEach
    void close() {
        queues.forEach(JobQueue::close);
        transport.close();
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
    void busyWorkersReturnAJobButNeverUpToItsDeliveryLimit() throws Exception {
        List<JobQueue> busy = List.of(queue(), queue(), queue());
        var running = new ArrayList<ClaimedJob>();
        for (JobQueue worker : busy) {
            assertThat(worker.take(Duration.ofSeconds(1))).isEmpty(); // so all lanes are asked
            submit(Lane.HIGH);
            running.add(take(worker));
        }
        JobQueue bystander = transport.queue(List.of(elsewhere()), new WorkerId("bystander"));
        queues.add(bystander);
        Job low = submit(Lane.LOW);
        await().atMost(PATIENCE).until(() -> mostDeliveries(busy) == 2);
        assertThat(bystander.take(Duration.ofSeconds(1))).isEmpty(); // and not given back again

        running.forEach(ClaimedJob::finish);
        ClaimedJob taken = takeFromAny(busy);

        assertThat(taken.job().id()).isEqualTo(low.id());
        assertThat(taken.attempt()).isEqualTo(2);
        assertThat(taken.lastDelivery()).isFalse();
        taken.finish();
    }

    /** How many of the jobs that these have got while they are busy. */
    private static int mostDeliveries(List<JobQueue> workers) {
        return workers.stream()
                .flatMap(worker -> ((KafkaJobQueue) worker).offers().stream())
                .mapToInt(ClaimedJob::attempt)
                .max()
                .orElse(0);
    }

    /** Both begin before the other is empty, and both come before what has low priority. */
    @Test
    void longJobsAndOthersAreServedInTurn() throws Exception {
        QueueSettings d = SharedBroker.SHORT_LOCK;
        try (KafkaTransport inTurn =
                        broker.transport(
                                new QueueSettings(
                                        d.lock(),
                                        d.deliveryLimit(),
                                        d.grace(),
                                        Duration.ofMillis(1),
                                        Duration.ofSeconds(3)));
                JobQueue queue = inTurn.queue(List.of(endpoint), new WorkerId("in-turn"))) {
            for (Lane lane : Lane.values()) { // until all are joined
                submit(lane);
                take(queue).finish();
            }
            submit(Lane.LOW);
            ClaimedJob first = take(queue);
            for (int i = 0; i < 3; i++) {
                submit(Lane.LOW);
                submit(Lane.LONG);
                submit(Lane.HIGH);
            }
            first.finish();

            var lanes = new ArrayList<Lane>();
            for (int i = 0; i < 9; i++) {
                ClaimedJob next = take(queue);
                lanes.add(next.job().policy().lane());
                next.finish();
            }

            assertThat(lanes.subList(6, 9)).containsOnly(Lane.LOW);
            assertThat(lanes.subList(0, 6)).containsOnly(Lane.HIGH, Lane.LONG);
            assertThat(lanes.subList(0, 3)).as("first half").contains(Lane.HIGH, Lane.LONG);
        }
    }

    @Test
    void afterALongJobTheJobThatWaitedAndThoseOfOtherLanesAreServed() throws Exception {
        JobQueue queue = queue();
        JobQueue bystander = transport.queue(List.of(elsewhere()), new WorkerId("bystander"));
        queues.add(bystander);
        submit(Lane.HIGH);
        ClaimedJob longJob = take(queue);
        Job waiting = submit(Lane.LOW);
        assertThat(bystander.take(Duration.ofMillis(500))).isEmpty();

        longJob.finish();

        assertThat(finishNext(queue)).isEqualTo(waiting.id());
        assertThat(submit(Lane.HIGH).id()).isEqualTo(finishNext(queue));
    }

    private static JobId finishNext(JobQueue queue) throws InterruptedException {
        ClaimedJob next = take(queue);
        next.finish();
        return next.job().id();
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
    void anUnreadableRecordIsTakenOutAndTheNextJobComes() throws Exception {
        var bytes = new ByteArraySerializer();
        try (var producer =
                new KafkaProducer<>(
                        new ClientSettings(broker.config()).eventProducer(), bytes, bytes)) {
            producer.send(
                            new ProducerRecord<>(
                                    Topics.jobs(endpoint, Lane.HIGH),
                                    "not a job".getBytes(StandardCharsets.UTF_8)))
                    .get(2, TimeUnit.MINUTES);
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

        transport
                .admin()
                .deleteTopics(List.of(Topics.jobs(endpoint, Lane.HIGH)))
                .all()
                .get(2, TimeUnit.MINUTES);

        await().atMost(PATIENCE).until(() -> !claimed.held());
        claimed.finish();
    }

    @Test
    void jobsFetchedWithOneThatTurnsOutLongGoToOtherWorkers() throws Exception {
        var quick = (KafkaJobQueue) queue();
        for (int i = 0; i < 100; i++) {
            submit(Lane.HIGH);
        }
        await("that jobs are known as short")
                .atMost(PATIENCE)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    submit(Lane.HIGH);
                    take(quick).finishWhen(Sent.done());
                    return quick.offers().size() > 1;
                });
        ClaimedJob longJob = take(quick);

        int mostAttempts = 0;
        for (int worker = 0; worker < 3; worker++) { // so few jobs each that none fetches several
            JobQueue other = queue();
            for (int done = 0; done < 33; done++) {
                ClaimedJob next = take(other);
                mostAttempts = Math.max(mostAttempts, next.attempt());
                next.finish();
            }
        }

        assertThat(mostAttempts).isEqualTo(2);
        assertThat(longJob.held()).isTrue();
        longJob.finish();
        assertAllAreFinished();
    }

    private void assertAllAreFinished() {
        String topic = Topics.jobs(endpoint, Lane.HIGH);
        await().atMost(PATIENCE).until(() -> transport.windows().of(topic).unfinished() == 0);
    }

    /** The fault: with a window of 4,000 or fewer all later jobs waited for the first. */
    @Test
    void moreJobsThanTheWindowWaitForTheFirstAndThenAllCome() throws Exception {
        EndpointId small = TestJobs.newEndpoint();
        var settings =
                new QueueSettings(
                        Duration.ofSeconds(30),
                        10,
                        Duration.ofMillis(200),
                        Duration.ofSeconds(10),
                        Duration.ofMillis(5),
                        100);
        String topic = Topics.jobs(small, Lane.HIGH);
        try (KafkaTransport few = broker.transport(settings, List.of(small));
                JobQueue slow = few.queue(List.of(small), new WorkerId("slow"));
                JobQueue quick = few.queue(List.of(small), new WorkerId("quick"))) {
            for (int i = 0; i < 300; i++) {
                few.jobs().submit(TestJobs.job(small));
            }
            ClaimedJob longJob = take(slow);
            finish(quick, 80);
            int done = 80 + finishWhatComes(quick);

            assertThat(done).isLessThan(299);
            LaneWindow full = few.windows().of(topic);
            assertThat(full.isNearlyFull()).isTrue();
            assertThat(full.isPast(299)).isFalse();

            longJob.finish();
            finish(quick, 299 - done);
            await().atMost(PATIENCE).until(() -> few.windows().of(topic).isPast(299));
        }
    }

    private static void finish(JobQueue queue, int jobs) throws InterruptedException {
        for (int i = 0; i < jobs; i++) {
            take(queue).finish();
        }
    }

    @Test
    void theWindowOfAQueueIsTenThousand() throws Exception {
        var group =
                new ConfigResource(
                        ConfigResource.Type.GROUP,
                        Topics.shareGroup(Topics.jobs(endpoint, Lane.HIGH)));

        var found =
                transport
                        .admin()
                        .describeConfigs(List.of(group))
                        .all()
                        .get(2, TimeUnit.MINUTES)
                        .values();

        assertThat(found.iterator().next().get("share.partition.max.record.locks").value())
                .isEqualTo("10000");
    }

    private static int finishWhatComes(JobQueue queue) throws InterruptedException {
        int done = 0;
        Optional<ClaimedJob> next = queue.take(NONE_LEFT);
        while (next.isPresent()) {
            next.get().finish();
            done++;
            next = queue.take(NONE_LEFT);
        }
        return done;
    }

    private EndpointId elsewhere() {
        EndpointId elsewhere = TestJobs.newEndpoint();
        transport.createTopics(List.of(elsewhere));
        return elsewhere;
    }

    private static ClaimedJob takeFromAny(List<JobQueue> workers) {
        return await().atMost(PATIENCE)
                .until(() -> firstJob(workers), Optional::isPresent)
                .orElseThrow();
    }

    private static Optional<ClaimedJob> firstJob(List<JobQueue> workers)
            throws InterruptedException {
        for (JobQueue worker : workers) {
            Optional<ClaimedJob> taken = worker.take(Duration.ofMillis(300));
            if (taken.isPresent()) {
                return taken;
            }
        }
        return Optional.empty();
    }

    private String pollUntilOne(ShareConsumer<byte[], byte[]> consumer) {
        consumer.subscribe(List.of(Topics.jobs(endpoint, Lane.HIGH)));
        var records =
                await().atMost(PATIENCE)
                        .until(() -> consumer.poll(Duration.ofMillis(200)), r -> !r.isEmpty());
        return new String(records.iterator().next().key(), StandardCharsets.UTF_8);
    }

    private ShareConsumer<byte[], byte[]> rawConsumer() {
        var bytes = new ByteArrayDeserializer();
        String topic = Topics.jobs(endpoint, Lane.HIGH);
        return new KafkaShareConsumer<>(
                new ClientSettings(broker.config())
                        .shareConsumer(Topics.shareGroup(topic), "silent", 1),
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
