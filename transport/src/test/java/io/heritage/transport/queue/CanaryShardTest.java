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
import io.heritage.transport.TopicLayouts;
import io.heritage.transport.kafka.CanaryConfig;
import io.heritage.transport.kafka.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Workers of two versions on a real broker; what they are differs in nothing but the setting. */
@Timeout(300)
@ExtendWith(SharedBroker.class)
class CanaryShardTest {
    private static final int PERCENT = 30;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration A_MOMENT = Duration.ofMillis(20);

    /** Shards are looked at often. */
    private static final QueueSettings SETTINGS =
            new QueueSettings(
                    SharedBroker.SHORT_LOCK.lock(),
                    10,
                    Duration.ofMillis(200),
                    Duration.ofMillis(250),
                    Duration.ofMillis(5));

    private final EndpointId endpoint = TestJobs.newEndpoint();
    private final String topic = Topics.jobs(endpoint, Lane.HIGH, Topics.CANARY_SHARD);
    private final TestBroker broker;
    private final List<AutoCloseable> opened = new ArrayList<>();

    CanaryShardTest(TestBroker broker) {
        this.broker = broker;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    @Test
    void aCanaryIsGivenJobsOfItsShareAndNoOthers() throws Exception {
        KafkaTransport gateway = transport(new CanaryConfig(PERCENT, false));
        JobQueue stable = queue(transport(CanaryConfig.none()), "stable");
        JobQueue canary = queue(transport(new CanaryConfig(0, true)), "canary");
        join(canary);

        Set<JobId> submitted = new HashSet<>();
        List<JobId> byStable = new ArrayList<>();
        List<JobId> byCanary = new ArrayList<>();
        await().atMost(PATIENCE)
                .pollInterval(A_MOMENT)
                .until(() -> {
                    submitted.add(submit(gateway).id());
                    finishAll(stable, byStable);
                    finishAll(canary, byCanary);
                    return byCanary.size() >= 3;
                });
        await().atMost(PATIENCE)
                .until(() -> {
                    finishAll(stable, byStable);
                    finishAll(canary, byCanary);
                    return byStable.size() + byCanary.size() == submitted.size();
                });

        assertThat(byCanary)
                .allSatisfy(id ->
                        assertThat(Math.floorMod(id.value().hashCode(), 100)).isLessThan(PERCENT));
        assertThat(byStable).isNotEmpty().doesNotContainAnyElementsOf(byCanary);
        assertThat(submitted).containsAll(byStable).containsAll(byCanary);
    }

    /** Also where the other workers have never heard of canaries. */
    @Test
    void theJobsOfACanaryThatIsTakenBackAreDoneByTheOtherWorkers() throws Exception {
        KafkaTransport gateway = transport(new CanaryConfig(100, false));
        JobQueue stable = queue(transport(CanaryConfig.none()), "stable");
        Job job;
        try (JobQueue canary =
                transport(new CanaryConfig(0, true))
                        .queue(List.of(endpoint), new WorkerId("canary"))) {
            join(canary);
            job = submit(gateway);
            Optional<ClaimedJob> taken = canary.take(PATIENCE);
            assertThat(taken).map(claimed -> claimed.job().id()).contains(job.id());
            // and it is closed before the job is finished
        }
        List<JobId> byStable = new ArrayList<>();
        await().atMost(PATIENCE)
                .until(() -> {
                    finishAll(stable, byStable);
                    return byStable.contains(job.id());
                });
        Job next = submit(gateway);
        await().atMost(PATIENCE)
                .until(() -> {
                    finishAll(stable, byStable);
                    return byStable.contains(next.id());
                });
        assertThat(byStable).containsExactly(job.id(), next.id());
    }

    /** Those that are there. */
    private static void finishAll(JobQueue queue, List<JobId> done) throws InterruptedException {
        Optional<ClaimedJob> next = queue.take(A_MOMENT);
        while (next.isPresent()) {
            done.add(next.get().job().id());
            next.get().finish();
            next = queue.take(A_MOMENT);
        }
    }

    /** Until it is a member of the canary's group. */
    private void join(JobQueue canary) {
        var shards = new KafkaLaneShards(transport(CanaryConfig.none()).admin(), Set.of());
        await().atMost(PATIENCE)
                .until(() -> {
                    assertThat(canary.take(A_MOMENT)).isEmpty();
                    return shards.of(List.of(new TopicPartition(topic, 0))).getFirst().members()
                            == 1;
                });
    }

    private Job submit(KafkaTransport gateway) {
        Job job = TestJobs.job(endpoint, Lane.HIGH);
        gateway.jobs().submit(job);
        return job;
    }

    private JobQueue queue(KafkaTransport transport, String worker) {
        JobQueue queue = transport.queue(List.of(endpoint), new WorkerId(worker));
        opened.add(queue);
        return queue;
    }

    private KafkaTransport transport(CanaryConfig canary) {
        KafkaTransport transport =
                KafkaTransport.open(
                        TopicLayouts.canary(broker.config(), canary),
                        SETTINGS,
                        Clock.systemUTC(),
                        new Random());
        opened.add(transport);
        transport.createTopics(List.of(endpoint));
        return transport;
    }
}
