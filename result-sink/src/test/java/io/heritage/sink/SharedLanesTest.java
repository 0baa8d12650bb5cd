package io.heritage.sink;

import static io.heritage.sink.SinkFixture.await;
import static io.heritage.sink.SinkFixture.jobUri;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.Payload;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.TestBroker;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.queue.ClaimedJob;
import io.heritage.transport.queue.JobQueue;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners share a lane, on Kafka; one worker is played here. */
class SharedLanesTest {
    private static final WorkerId WORKER = new WorkerId("gpu-0");
    private static final String LANE = Topics.jobs(Samples.ENDPOINT, Lane.HIGH);
    private static final String WAITING = Topics.waiting(LANE);

    @TempDir Path folder;
    private final TestBroker broker = TestBroker.start();
    private final Samples samples = new Samples(Clock.systemUTC());

    /** What the worker has begun, in this order. */
    private final List<Job> begun = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        broker.close();
    }

    /** Submits them at once, so that they wait in any order. */
    private List<Job> wait(SinkFixture fixture, String owner, int jobs, int weight) {
        var made = new ArrayList<Job>();
        for (int i = 0; i < jobs; i++) {
            made.add(samples.job(owner).weighing(weight == 1 ? null : weight));
        }
        try (var threads = Executors.newFixedThreadPool(32, Thread.ofVirtual().factory())) {
            made.forEach(job -> threads.execute(() -> fixture.transport.jobs().submitWaiting(job)));
        }
        return made;
    }

    /** Each job takes two seconds, as it says. */
    private void work(SinkFixture fixture, JobQueue queue) throws InterruptedException {
        try (ClaimedJob claim = queue.take(Duration.ofSeconds(30)).orElseThrow()) {
            begin(fixture.transport, claim);
            Instant at = Instant.now();
            fixture.transport
                    .events()
                    .append(
                            new JobEvent.Completed(
                                    claim.job().id(),
                                    at.plusSeconds(2),
                                    claim.attempt(),
                                    WORKER,
                                    Payload.ofJson(Samples.json("{'frames':1}"))));
            claim.finish();
        }
    }

    /** As a processor does: of a job that may have been begun it looks into the log. */
    private void begin(KafkaTransport transport, ClaimedJob claim) {
        Job job = claim.job();
        if (claim.attempt() > 1) {
            assertThat(transport.events().history(job.id(), job.submittedAt().minusSeconds(300)))
                    .noneMatch(event -> event instanceof JobEvent.Started);
        }
        begun.add(job);
        transport
                .events()
                .append(new JobEvent.Started(job.id(), Instant.now(), claim.attempt(), WORKER));
    }

    private static JobQueue queue(SinkFixture fixture) {
        return fixture.transport.queue(List.of(Samples.ENDPOINT), WORKER);
    }

    private static List<JobId> ids(List<Job> jobs) {
        return jobs.stream().map(Job::id).toList();
    }

    @Test
    void tenThousandJobsOfAKeyDelayAnothersFirstByOneJobAndArePurged() throws Exception {
        try (var fixture = SinkFixture.ofSharedLanes(folder, broker);
                var sink = fixture.readySink();
                JobQueue queue = queue(fixture)) {
            wait(fixture, "alice", 10_000, 1);
            for (int i = 0; i < 5; i++) {
                work(fixture, queue);
            }
            Job other = fixture.submit(samples.job("bob"));
            Job further = wait(fixture, "bob", 1, 1).getFirst();
            JsonNode state =
                    fixture.json(jobUri(sink, further.id().value(), "interpolate", "bob", ""));
            assertThat(state.at("/outlook/ahead").asInt(1)).isLessThan(10);
            int before = begun.size();
            while (!ids(begun).contains(other.id())) {
                work(fixture, queue);
            }
            assertThat(begun.size() - before - 1).isLessThanOrEqualTo(1);
            while (!ids(begun).contains(further.id())) {
                work(fixture, queue);
            }
            assertThat(begun.size() - before).isLessThanOrEqualTo(5);

            long removed = fixture.purge(sink).path("removed").asLong();
            long ofAlice = begun.stream().filter(job -> job.owner().equals("alice")).count();
            assertThat(removed).isEqualTo(10_000 - ofAlice);
            assertThat(skipCancelled(fixture, sink, queue)).isLessThanOrEqualTo(2);
            // nothing waits, so nobody keeps media
            await(() -> fixture.transport.windows().of(WAITING).unfinished() == 0);
        }
    }

    /** A worker knows them by the purge; here the sink is asked. */
    private static int skipCancelled(SinkFixture fixture, Sink sink, JobQueue queue)
            throws Exception {
        int skipped = 0;
        var left = queue.take(Duration.ofMillis(500));
        while (left.isPresent()) {
            try (ClaimedJob claim = left.get()) {
                assertThat(fixture.json(jobUri(sink, claim.job(), "")).path("status").asText())
                        .isEqualTo("CANCELLED");
                claim.finish();
            }
            skipped++;
            left = queue.take(Duration.ofMillis(500));
        }
        return skipped;
    }

    @Test
    void keysTakeTurnsByTheirWeights() throws Exception {
        try (var fixture = SinkFixture.ofSharedLanes(folder, broker);
                var unused = fixture.readySink();
                JobQueue queue = queue(fixture)) {
            wait(fixture, "alice", 60, 3);
            wait(fixture, "bob", 60, 1);
            for (int i = 0; i < 44; i++) {
                work(fixture, queue);
            }
            var counts =
                    begun.subList(4, 44).stream()
                            .collect(Collectors.groupingBy(Job::owner, Collectors.counting()));
            assertThat(counts.get("alice")).isBetween(28L, 32L);
        }
    }

    @Test
    void eachJobIsRunOnceAlsoIfTheSinkRestartsInBetween() throws Exception {
        List<Job> all = new ArrayList<>();
        Job cancelled;
        try (var fixture = SinkFixture.ofSharedLanes(folder, broker)) {
            try (var unused = fixture.readySink();
                    JobQueue queue = queue(fixture)) {
                all.addAll(wait(fixture, "alice", 29, 1));
                // by itself, so that it is the last
                cancelled = wait(fixture, "alice", 1, 1).getFirst();
                for (int i = 0; i < 10; i++) {
                    work(fixture, queue);
                }
            }
            all.addAll(wait(fixture, "bob", 10, 1));
            try (var sink = fixture.readySink();
                    JobQueue queue = queue(fixture)) {
                fixture.cancel(sink, cancelled);
                while (begun.size() < all.size()) {
                    work(fixture, queue);
                }
                assertThat(queue.take(Duration.ofMillis(500))).isEmpty();
                assertThat(ids(begun)).containsExactlyInAnyOrderElementsOf(ids(all));
                for (Job job : List.of(all.getFirst(), all.getLast())) {
                    assertThat(
                                    fixture.json(
                                                    jobUri(
                                                            sink,
                                                            job.id().value(),
                                                            "interpolate",
                                                            job.owner(),
                                                            "&wait=20000"))
                                            .path("status")
                                            .asText())
                            .isEqualTo("COMPLETED");
                }
            }
        }
    }
}
