package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.Ports;
import io.heritage.transport.TestJobs;
import io.heritage.transport.kafka.Topics;
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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a worker may expect of its queue. */
public abstract class JobQueueContract {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration NONE_LEFT = Duration.ofSeconds(3);

    /**
     * What comes again within {@link #PATIENCE} was given back: the lock lasts longer. The long
     * grace keeps a job that another lane has got for a busy worker with that worker.
     */
    private static final QueueSettings LONG_LOCK =
            new QueueSettings(
                    Duration.ofSeconds(60),
                    3,
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(4));

    /** What another lane has got for a busy worker goes to other workers soon. */
    private static final QueueSettings SHORT_GRACE =
            new QueueSettings(
                    LONG_LOCK.lock(),
                    LONG_LOCK.deliveryLimit(),
                    Duration.ofMillis(200),
                    LONG_LOCK.turn(),
                    Duration.ofMillis(5));

    /** Looks at the shards of its lanes about every second. */
    private static final QueueSettings SHORT_TURN =
            new QueueSettings(
                    Duration.ofSeconds(15),
                    10,
                    Duration.ofMillis(200),
                    Duration.ofMillis(300),
                    Duration.ofMillis(5));

    private static final Duration A_MOMENT = Duration.ofMillis(500);

    private final EndpointId endpoint = TestJobs.newEndpoint();
    private final List<JobQueue> queues = new ArrayList<>();

    protected abstract Ports ports();

    @BeforeEach
    void createTopics() {
        ports().createTopics(List.of(endpoint), LONG_LOCK);
    }

    @AfterEach
    void closeQueues() {
        queues.forEach(JobQueue::close);
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
                worker.get(5, TimeUnit.MINUTES);
            }
        }
        assertThat(done.keySet()).isEqualTo(submitted);
        assertThat(done.values()).containsOnly(1);
    }

    @Test
    void theHighLaneIsServedBeforeTheLowLane() throws Exception {
        JobQueue queue = queue();
        submit(Lane.LOW);
        ClaimedJob first = take(queue);
        for (int i = 0; i < 3; i++) {
            submit(Lane.LOW);
            submit(Lane.HIGH);
        }
        awaitOffer(queue);
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
    void jobsOfAnotherEndpointAreForOtherWorkers() throws Exception {
        EndpointId other = TestJobs.newEndpoint();
        ports().createTopics(List.of(other), LONG_LOCK);
        ports().jobs().submit(TestJobs.job(other));
        Job own = submit(Lane.LOW);
        JobQueue queue = queue();

        ClaimedJob claimed = take(queue);

        assertThat(claimed.job().id()).isEqualTo(own.id());
        claimed.finish();
        assertThat(queue.take(NONE_LEFT)).isEmpty();
    }

    @Test
    void jobsOfAnEndpointThatIsNotServedWaitWithoutSpendingDeliveries() throws Exception {
        List<JobQueue> idle = List.of(queue(), queue());
        JobQueue late = queue();
        JobQueue bystander = bystander();
        Job first = submit(Lane.HIGH);
        ClaimedJob running = take(idle.getFirst());
        assertThat(running.job().id()).isEqualTo(first.id());
        assertThat(idle.getLast().take(A_MOMENT)).isEmpty();

        queues.forEach(queue -> queue.serve(other -> !other.equals(endpoint)));
        awaitThatOnlyTheBusyOneIsLeft();
        running.finish();
        Job waiting = submit(Lane.HIGH);
        for (JobQueue queue : queues) {
            assertThat(queue.take(A_MOMENT)).isEmpty();
        }

        late.serve(_ -> true);
        ClaimedJob taken = take(late);
        assertThat(taken.job().id()).isEqualTo(waiting.id());
        assertThat(taken.attempt()).isEqualTo(1);
        taken.finish();
        assertThat(bystander.unjoined()).isEmpty();
    }

    /** Whoever leaves later might be given the job that comes next, and give it back. */
    private void awaitThatOnlyTheBusyOneIsLeft() {
        String topic = Topics.jobs(endpoint, Lane.HIGH);
        await().atMost(PATIENCE).until(() -> ports().members(topic) <= 1);
    }

    private JobQueue bystander() {
        JobQueue queue = queue();
        queue.serve(_ -> false);
        return queue;
    }

    @Test
    void aJobGivenBackComesAgainAtOnceAsTheNextAttempt() throws Exception {
        Job job = submit(Lane.HIGH);
        JobQueue queue = queue();
        ClaimedJob first = take(queue);

        first.close();
        ClaimedJob again = take(queue);

        assertThat(first.held()).isFalse();
        assertThat(again.job().id()).isEqualTo(job.id());
        assertThat(again.attempt()).isEqualTo(2);
        again.finish();
    }

    @Test
    void aFinishedJobDoesNotComeAgainWhenItIsClosedToo() throws Exception {
        submit(Lane.HIGH);
        JobQueue queue = queue();
        ClaimedJob claimed = take(queue);

        claimed.finish();
        claimed.close();

        assertThat(queue.take(NONE_LEFT)).isEmpty();
    }

    @Test
    void closingTheQueueHandsItsJobToAnotherWorkerAtOnce() throws Exception {
        JobQueue first = queue();
        Job job = submit(Lane.HIGH);
        ClaimedJob claimed = take(first);
        JobQueue second = queue();
        assertThat(second.take(Duration.ofSeconds(2))).isEmpty();

        first.close();
        ClaimedJob again = take(second);

        assertThat(again.job().id()).isEqualTo(job.id());
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(claimed.held()).isFalse();
        again.finish();
    }

    @Test
    void aClosedQueueIsClosedAgainAndGivesNothing() throws Exception {
        submit(Lane.HIGH);
        JobQueue queue = queue();
        take(queue).finish();

        queue.close();
        queue.close();

        assertThatThrownBy(() -> queue.take(NONE_LEFT)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aLongJobDoesNotKeepOtherLanesFromOtherWorkers() throws Exception {
        JobQueue busy = queue(SHORT_GRACE);
        submit(Lane.HIGH);
        ClaimedJob longJob = take(busy);
        JobQueue idle = queue(SHORT_GRACE);

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
    void theLastDeliveryIsAnnouncedAndIsTheLast() throws Exception {
        ports().jobs().submit(TestJobs.job(endpoint).requeuedAfter(4));
        JobQueue queue = queue();
        for (int delivery = 1; delivery <= LONG_LOCK.deliveryLimit(); delivery++) {
            ClaimedJob claimed = take(queue);
            assertThat(claimed.attempt()).isEqualTo(4 + delivery);
            assertThat(claimed.lastDelivery()).isEqualTo(delivery == LONG_LOCK.deliveryLimit());
            claimed.close();
        }
        assertThat(queue.take(NONE_LEFT)).isEmpty();
    }

    @Test
    void aSecondJobIsRefusedWhileOneIsInHand() throws Exception {
        submit(Lane.HIGH);
        JobQueue queue = queue();
        ClaimedJob claimed = take(queue);

        assertThatThrownBy(() -> queue.take(PATIENCE)).isInstanceOf(IllegalStateException.class);

        claimed.finish();
    }

    @Test
    void noJobIsLostOrDoubledWhenALaneGetsMoreShardsWhileJobsWait() throws Exception {
        submit(8);
        try (JobQueue before = ports().queue(List.of(endpoint), new WorkerId("old"), SHORT_TURN)) {
            take(before).finish();
            withLaneShards(3);
            submit(8);
            try (JobQueue after =
                    ports().queue(List.of(endpoint), new WorkerId("new"), SHORT_TURN)) {
                assertAllAreDoneOnce(15, before, after);
            }
        }
    }

    /** One worker, more shards: each has its turn. */
    @Test
    void noJobIsLostOrDoubledWhenALaneGetsFewerShardsWhileJobsWait() throws Exception {
        withLaneShards(3);
        submit(9);
        withLaneShards(1);
        submit(3);
        try (JobQueue queue = ports().queue(List.of(endpoint), new WorkerId("one"), SHORT_TURN)) {
            assertAllAreDoneOnce(12, queue);
        }
    }

    private void assertAllAreDoneOnce(int jobs, JobQueue... queues) throws Exception {
        Map<JobId, Integer> done = new ConcurrentHashMap<>();
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (JobQueue queue : queues) {
                running.add(workers.submit(() -> finishAll(queue, done, jobs)));
            }
            for (Future<?> worker : running) {
                worker.get(5, TimeUnit.MINUTES);
            }
        }
        assertThat(done).hasSize(jobs);
        assertThat(done.values()).containsOnly(1);
    }

    private void withLaneShards(int shards) {
        ports().setLaneShards(shards);
        ports().createTopics(List.of(endpoint), SHORT_TURN);
    }

    private void submit(int jobs) {
        for (int i = 0; i < jobs; i++) {
            submit(Lane.HIGH);
        }
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

    private Job submit(Lane lane) {
        Job job = TestJobs.job(endpoint, lane);
        ports().jobs().submit(job);
        return job;
    }

    /** Until a busy worker's queue has got a job of another lane; on the heap it waits for none. */
    private static void awaitOffer(JobQueue queue) {
        if (queue instanceof KafkaJobQueue kafka) {
            await().atMost(PATIENCE).until(() -> !kafka.offers().isEmpty());
        }
    }

    private JobQueue queue() {
        return queue(LONG_LOCK);
    }

    private JobQueue queue(QueueSettings settings) {
        JobQueue queue =
                ports().queue(List.of(endpoint), new WorkerId("worker-" + queues.size()), settings);
        queues.add(queue);
        return queue;
    }

    private static ClaimedJob take(JobQueue queue) throws InterruptedException {
        return queue.take(PATIENCE).orElseThrow();
    }
}
