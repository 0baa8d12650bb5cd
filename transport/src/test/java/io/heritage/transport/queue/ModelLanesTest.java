package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Payload;
import io.heritage.schemas.PublishedModel;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestBroker;
import io.heritage.transport.TestJobs;
import io.heritage.transport.TopicLayouts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Workers with room for one model, whose engine does nothing but take its time. */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
@ExtendWith(SharedBroker.class)
class ModelLanesTest {
    private static final PublishedModel A = PublishedModel.SEEDVR2_3B;
    private static final PublishedModel B = PublishedModel.SEEDVR2_7B;
    private static final PublishedModel C = PublishedModel.SEEDVR2_7B_SHARP;
    private static final Duration LOAD = Duration.ofSeconds(3);

    /** Where it makes no difference how long a model loads. */
    private static final Duration QUICK_LOAD = Duration.ofMillis(300);

    private static final Duration RUN = Duration.ofMillis(50);

    /** The lane is looked at and its group joined, on a machine that does other things as well. */
    private static final Duration JOINING = Duration.ofSeconds(30);

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** Shards are looked at often. */
    private static final QueueSettings SETTINGS =
            new QueueSettings(
                    SharedBroker.SHORT_LOCK.lock(),
                    10,
                    Duration.ofMillis(200),
                    Duration.ofMillis(250),
                    Duration.ofMillis(5));

    private final EndpointId endpoint = TestJobs.newEndpoint();
    private final TestBroker broker;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Map<JobId, Integer> done = new ConcurrentHashMap<>();
    private final Map<JobId, Long> takenAt = new ConcurrentHashMap<>();

    ModelLanesTest(TestBroker broker) {
        this.broker = broker;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    @Test
    void mixedJobsOfTwoModelsLoadOneModelAWorkerOrOneMore() throws Exception {
        KafkaTransport plain = transport(Set.of());
        List<Worker> unrouted = finishMixed(plain, QUICK_LOAD);
        int without = loads(unrouted);

        KafkaTransport routed = transport(Set.of(endpoint));
        List<Worker> workers = finishMixed(routed, LOAD);

        System.out.printf(
                "24 jobs of two models on two workers: %d loads, without lanes of models %d%n",
                loads(workers), without);
        assertThat(workers)
                .as("loads of each")
                .allSatisfy(worker -> assertThat(worker.loads).hasSizeBetween(1, 2));
        assertThat(loads(workers)).isLessThan(without);
    }

    private List<Worker> finishMixed(KafkaTransport transport, Duration load) throws Exception {
        done.clear();
        var models = new ArrayList<PublishedModel>();
        models.addAll(Collections.nCopies(12, A));
        models.addAll(Collections.nCopies(12, B));
        Collections.shuffle(models, new Random(7));
        models.forEach(model -> submit(transport, model));
        List<Worker> workers =
                List.of(worker(transport, "one", load), worker(transport, "two", load));
        awaitDone(24);
        for (Worker worker : workers) {
            worker.close();
        }
        return workers;
    }

    @Test
    void aJobWhoseModelNobodyHoldsIsTakenWithinALoadAndAJob() throws Exception {
        KafkaTransport transport = transport(Set.of(endpoint));
        for (int i = 0; i < 2000; i++) {
            submit(transport, A);
        }
        Worker one = worker(transport, "one", LOAD);
        Worker two = worker(transport, "two", LOAD);
        awaitDone(20);
        JobId wanted = submit(transport, B).id();
        long submitted = System.nanoTime();
        Awaitility.await().atMost(PATIENCE).until(() -> takenAt.containsKey(wanted));

        Duration waited = Duration.ofNanos(Objects.requireNonNull(takenAt.get(wanted)) - submitted);
        System.out.println("taken after " + waited);
        assertThat(waited).isLessThan(LOAD.plus(RUN).plus(JOINING));
        assertThat(done.size()).as("of 2,001").isLessThan(2000);
        int loads = one.loads.size() + two.loads.size();
        assertThat(loads).as("loads of A twice, of B").isBetween(3, 4);
    }

    @Test
    void aSingleWorkerServesAllModelsAndJobsThatNameNone() throws Exception {
        KafkaTransport transport = transport(Set.of(endpoint));
        for (int i = 0; i < 10; i++) {
            submit(transport, A);
            submit(transport, B);
            submit(transport, C);
            submit(transport, null);
        }
        Worker alone = worker(transport, "alone", LOAD);
        awaitDone(40);
        assertThat(alone.loads).hasSizeBetween(3, 6);
    }

    @Test
    void jobsThatWaitWhenModelsGetLanesAndWhenTheyLoseThemAreEachDoneOnce() throws Exception {
        submitOfAll(transport(Set.of()));
        KafkaTransport with = transport(Set.of(endpoint));
        submitOfAll(with);
        Worker routed = worker(with, "routed", QUICK_LOAD);
        awaitDone(8);
        routed.close();

        submitOfAll(with);
        KafkaTransport without = transport(Set.of());
        submitOfAll(without);
        worker(without, "plain", QUICK_LOAD);
        awaitDone(16);
        assertThat(done.values()).containsOnly(1);
    }

    private void submitOfAll(KafkaTransport transport) {
        List.of(A, B, C).forEach(model -> submit(transport, model));
        submit(transport, null);
    }

    private void awaitDone(int jobs) {
        Awaitility.await().atMost(PATIENCE).until(() -> done.size() >= jobs);
    }

    private static int loads(List<Worker> workers) {
        return workers.stream().mapToInt(worker -> worker.loads.size()).sum();
    }

    private KafkaTransport transport(Set<EndpointId> modelLanes) {
        KafkaTransport transport =
                KafkaTransport.open(
                        TopicLayouts.modelLanes(broker.config(), modelLanes),
                        SETTINGS,
                        Clock.systemUTC(),
                        new Random(1));
        transport.createTopics(List.of(endpoint));
        opened.add(transport);
        return transport;
    }

    /**
     * @param load how long a model takes to load
     */
    private Worker worker(KafkaTransport transport, String name, Duration load) {
        var worker =
                new Worker(
                        transport.queue(
                                List.of(endpoint), new WorkerId(endpoint.value() + "-" + name)),
                        load);
        opened.add(worker);
        worker.thread.start();
        return worker;
    }

    private Job submit(KafkaTransport transport, @Nullable PublishedModel model) {
        var input = JsonNodeFactory.instance.objectNode();
        if (model != null) {
            input.put("model_type", model.modelType()).put("model_variant", model.variant());
        }
        var job =
                new Job(
                        JobId.forRun(Clock.systemUTC()),
                        endpoint,
                        EndpointKind.RESTORE,
                        "tests",
                        Payload.ofJson(input),
                        new ExecutionPolicy(Duration.ofMinutes(5), Duration.ofHours(1), false),
                        null,
                        ReplyShape.BOTH,
                        Instant.now(),
                        0);
        transport.jobs().submit(job);
        return job;
    }

    private final class Worker implements HeldModels, AutoCloseable {
        private final JobQueue queue;
        private final Duration load;
        private final CountDownLatch stopped = new CountDownLatch(1);
        private final Thread thread = Thread.ofVirtual().unstarted(this::work);
        final List<String> loads = Collections.synchronizedList(new ArrayList<>());
        private volatile Set<String> resident = Set.of();

        Worker(JobQueue queue, Duration load) {
            this.queue = queue;
            this.load = load;
            queue.routeBy(this);
        }

        @Override
        public Set<String> resident() {
            return resident;
        }

        @Override
        public Duration loadTime(String model) {
            return load;
        }

        private void work() {
            try {
                while (stopped.getCount() > 0) {
                    var taken = queue.take(Duration.ofMillis(200));
                    if (taken.isPresent()) {
                        run(taken.get());
                    }
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private void run(ClaimedJob claimed) throws InterruptedException {
            Job job = claimed.job();
            takenAt.put(job.id(), System.nanoTime());
            String model = job.namedModel().map(PublishedModel::id).orElse("");
            if (!model.isEmpty() && !resident.contains(model)) {
                loads.add(model);
                resident = Set.of();
                take(load);
                resident = Set.of(model);
            }
            take(RUN);
            done.merge(job.id(), 1, Integer::sum);
            claimed.finish();
        }

        private void take(Duration time) throws InterruptedException {
            var _ = stopped.await(time.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() throws InterruptedException {
            stopped.countDown();
            assertThat(thread.join(PATIENCE)).isTrue();
            queue.close();
        }
    }
}
