package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.Lane;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.Ports;
import io.heritage.transport.TestJobs;
import io.heritage.transport.kafka.Topics;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the sink may conclude from the state of a queue. */
public abstract class QueueWindowsContract {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** A worker keeps its job, however long the machine stands still. */
    private static final QueueSettings SETTINGS =
            new QueueSettings(
                    Duration.ofSeconds(60),
                    3,
                    Duration.ofMillis(200),
                    Duration.ofSeconds(10),
                    Duration.ofMillis(5));

    private final EndpointId endpoint = TestJobs.newEndpoint();
    private final String topic = Topics.jobs(endpoint, Lane.HIGH);

    protected abstract Ports ports();

    @BeforeEach
    void createTopics() {
        ports().createTopics(List.of(endpoint), SETTINGS);
    }

    @Test
    void jobsThatNoWorkerHasSeenAreNotPast() {
        submit(3);

        LaneWindow window = ports().windows().of(topic);

        assertThat(window.isPast(0)).isFalse();
        assertThat(window.endOffset()).isEqualTo(3);
        assertThat(window.unfinished()).isEqualTo(3);
    }

    @Test
    void aFinishedJobIsPastAfterTheNextOneAndAJobThatWaitsIsNot() throws Exception {
        submit(3);
        try (JobQueue queue = queue("worker")) {
            take(queue).finish();
            take(queue).finish();

            await().atMost(PATIENCE).until(() -> ports().windows().of(topic).isPast(0));
            assertThat(ports().windows().of(topic).isPast(2)).isFalse();
        }
    }

    @Test
    void jobsFinishedBehindOneThatRunsAreCountedAndNoneIsPast() throws Exception {
        submit(5);
        try (JobQueue slow = queue("slow");
                JobQueue quick = queue("quick")) {
            ClaimedJob longJob = take(slow);
            for (int i = 0; i < 4; i++) {
                take(quick).finish();
            }

            await().atMost(PATIENCE).until(() -> ports().windows().of(topic).finishedAhead() == 4);
            assertThat(ports().windows().of(topic).isPast(0)).isFalse();
            assertThat(ports().windows().of(topic).unfinished()).isEqualTo(1);

            longJob.finish();
            await().atMost(PATIENCE).until(() -> ports().windows().of(topic).isPast(4));
        }
    }

    @Test
    void aJobDroppedAtItsDeliveryLimitIsPast() throws Exception {
        submit(1);
        try (JobQueue queue = queue("worker")) {
            for (int i = 0; i < SETTINGS.deliveryLimit(); i++) {
                take(queue).close();
            }

            await().atMost(PATIENCE).until(() -> ports().windows().of(topic).isPast(0));
        }
    }

    /** Only the sink gives it to one. */
    @Test
    void aJobThatWaitsForItsTurnIsGivenToNoWorker() throws Exception {
        ports().setLanesShared(true);
        ports().createTopics(List.of(endpoint), SETTINGS);
        Job waits = TestJobs.job(endpoint);
        Job atOnce = TestJobs.job(endpoint);
        ports().jobs().submitWaiting(waits);
        ports().jobs().submit(atOnce);
        try (JobQueue queue = queue("worker")) {
            ClaimedJob claim = take(queue);
            assertThat(claim.job()).isEqualTo(atOnce);
            claim.finish();
            assertThat(queue.take(Duration.ofMillis(300))).isEmpty();
        }
        String waiting = Topics.waiting(topic);
        assertThat(ports().windows().topics(List.of(endpoint))).contains(topic, waiting);
        assertThat(ports().windows().ends(List.of(waiting))).containsEntry(waiting, 1L);
        assertThat(ports().windows().of(waiting).isPast(0)).isFalse();
        assertThat(ports().jobs().areLanesShared()).isTrue();
        ports().setLanesShared(false);
        assertThat(ports().jobs().areLanesShared()).isFalse();
    }

    private void submit(int jobs) {
        for (int i = 0; i < jobs; i++) {
            ports().jobs().submit(TestJobs.job(endpoint));
        }
    }

    private JobQueue queue(String worker) {
        return ports().queue(List.of(endpoint), new WorkerId(worker), SETTINGS);
    }

    private static ClaimedJob take(JobQueue queue) throws InterruptedException {
        return queue.take(PATIENCE).orElseThrow();
    }
}
