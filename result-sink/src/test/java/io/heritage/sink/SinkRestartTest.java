package io.heritage.sink;

import static io.heritage.sink.SinkFixture.await;
import static io.heritage.sink.SinkFixture.jobUri;
import static io.heritage.sink.SinkFixture.noise;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Job;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import io.heritage.sink.config.SinkConfig;
import io.heritage.sink.streams.StreamsSettings;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.streams.state.HostInfo;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@ExtendWith(SharedBroker.class)
class SinkRestartTest {
    /** Under 5 s where the machine has nothing else to do; it was 46 s. */
    private static final Duration BACK_WITHIN = Duration.ofSeconds(20);

    @TempDir Path folder;
    private final Samples samples = new Samples(Clock.systemUTC());

    @Test
    void jobsAndResultsOfTheLastRunAreStillThere(TestBroker broker) throws Exception {
        byte[] bytes = noise(1, 2_000_000);
        Job done;
        Job waiting;
        JsonNode health;
        Set<String> members;
        try (var fixture = new SinkFixture(folder, broker);
                var sink = fixture.readySink()) {
            done = fixture.submit(samples.job());
            waiting = fixture.submit(samples.job());
            var ref = fixture.result(done, "video", bytes);
            var output = new Payload(Samples.json("{'video':{'$media':0}}"), List.of(ref));
            fixture.transport.events().append(samples.completed(done, 1, output));
            fixture.json(jobUri(sink, done, "&wait=60000"));
            fixture.json(jobUri(sink, waiting, ""));
            health = fixture.health(sink);
            members = members(fixture);
        }
        try (var fixture = new SinkFixture(folder, broker)) {
            long start = System.nanoTime();
            try (var sink = fixture.readySink()) {
                long millis = (System.nanoTime() - start) / 1_000_000;
                LoggerFactory.getLogger(SinkRestartTest.class)
                        .atInfo()
                        .addKeyValue("millis", millis)
                        .log("sink ready again");
                assertThat(members(fixture)).as("nobody's session had to end").isEqualTo(members);
                assertThat(fixture.json(jobUri(sink, done, "")).at("/output/video").binaryValue())
                        .isEqualTo(bytes);
                assertThat(fixture.json(jobUri(sink, waiting, "")).path("status").asText())
                        .isEqualTo("IN_QUEUE");
                assertThat(fixture.health(sink).path("jobs")).isEqualTo(health.path("jobs"));
                fixture.transport.events().append(samples.completed(waiting, 1));
                assertThat(
                                fixture.json(jobUri(sink, waiting, "&wait=60000"))
                                        .path("status")
                                        .asText())
                        .isEqualTo("COMPLETED");
            }
        }
    }

    /** Clients take a 404 for the loss of their job. */
    @Test
    void aJobThatCameWhileTheSinkWasDownIsNeverSaidToBeUnknown(TestBroker broker) throws Exception {
        try (var fixture = new SinkFixture(folder, broker);
                var sink = fixture.readySink()) {
            fixture.json(jobUri(sink, fixture.submit(samples.job()), ""));
        }
        Clock past = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-20));
        try (var fixture = new SinkFixture(folder, broker)) {
            Job job = fixture.submit(new Samples(past).job());
            try (var sink = fixture.sink(Samples.config(folder.resolve("sink"), true))) {
                var answers = new TreeSet<Integer>();
                Awaitility.await()
                        .atMost(SinkFixture.SOON)
                        .pollInterval(Duration.ofMillis(2))
                        .until(() -> {
                            int status = fixture.once(jobUri(sink, job, "")).statusCode();
                            answers.add(status);
                            return status == 200;
                        });
                assertThat(answers).isSubsetOf(200, 503); // 503 unless it was ready at once
            }
        }
    }

    @Test
    void partsGivenByTheLastRunAreNotGivenAgainAndNoneIsLost(TestBroker broker) throws Exception {
        Job job;
        try (var fixture = new SinkFixture(folder, broker);
                var sink = fixture.readySink()) {
            job = fixture.submit(samples.job());
            fixture.transport.events().append(samples.started(job, 1));
            fixture.transport.events().append(samples.part(job, 1, 0));
            assertThat(parts(fixture, sink, job)).containsExactly(Samples.partBody(1, 0));
            fixture.transport.events().append(samples.part(job, 1, 1));
        }
        try (var fixture = new SinkFixture(folder, broker);
                var sink = fixture.readySink()) {
            assertThat(parts(fixture, sink, job)).containsExactly(Samples.partBody(1, 1));
            fixture.transport.events().append(samples.part(job, 1, 2));
            assertThat(parts(fixture, sink, job)).containsExactly(Samples.partBody(1, 2));
            fixture.transport.events().append(samples.completed(job, 1));
            fixture.json(jobUri(sink, job, "&wait=60000"));
        }
    }

    private static List<JsonNode> parts(SinkFixture fixture, Sink sink, Job job) throws Exception {
        URI uri =
                SinkFixture.jobUri(
                        sink, job.id() + "/stream", "interpolate", "alice", "&wait=60000");
        return fixture.json(uri).findValues("output");
    }

    @Test
    void anySinkAnswersForAnyJob() throws Exception {
        try (var fixture = new SinkFixture(folder);
                var first = fixture.readySink();
                var second = fixture.sink(secondConfig());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            await(() -> first.ready() && second.ready() && bothHaveJobs(fixture));
            var jobs = new ArrayList<Job>();
            for (int i = 0; i < 8; i++) {
                jobs.add(fixture.submit(samples.job(null, ReplyShape.ENVELOPE)));
            }
            var answers = new ArrayList<Future<JsonNode>>();
            for (Job job : jobs) {
                for (Sink sink : List.of(first, second)) {
                    answers.add(
                            threads.submit(() -> fixture.json(jobUri(sink, job, "&wait=120000"))));
                }
            }
            for (Sink sink : List.of(first, second)) {
                await(() -> isAskedForAll(scaling(sink)));
            }
            jobs.forEach(job -> fixture.transport.events().append(samples.completed(job, 1)));
            for (Future<JsonNode> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS).toString())
                        .contains("\"status\":\"COMPLETED\"");
            }
            for (Sink sink : List.of(first, second)) {
                assertThat(fixture.health(sink).at("/jobs/completed").asInt()).isEqualTo(8);
            }
            second.leave();
            await(first::ready);
            for (Job job : jobs) {
                assertThat(fixture.json(jobUri(first, job, "&wait=60000")).path("status").asText())
                        .isEqualTo("COMPLETED");
            }
        }
    }

    /** A thread that is replaced under another name waits for the end of the old session. */
    @Test
    void afterAStreamThreadHasFailedTheSinkIsBackSoonAndSaysSoMeanwhile() throws Exception {
        Set<Thread> ofOthers = SinkFixture.threads("-StreamThread-1");
        try (var fixture = new SinkFixture(folder);
                var sink = fixture.readySink()) {
            Job job = fixture.submit(samples.job());
            fixture.json(jobUri(sink, job, ""));
            Thread fold =
                    SinkFixture.threads("-StreamThread-1").stream()
                            .filter(thread -> !ofOthers.contains(thread))
                            .findFirst()
                            .orElseThrow();
            Set<String> members = members(fixture);
            long start = System.nanoTime();
            fold.interrupt();
            Awaitility.await()
                    .atMost(SinkFixture.SOON)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> fixture.isUnavailable(sink));
            fixture.transport.events().append(samples.completed(job, 1));
            await(sink::ready);
            long millis = (System.nanoTime() - start) / 1_000_000;
            LoggerFactory.getLogger(SinkRestartTest.class)
                    .atInfo()
                    .addKeyValue("millis", millis)
                    .log("fold started anew");
            assertThat(millis).as("ms until it was back").isLessThan(BACK_WITHIN.toMillis());
            assertThat(members(fixture)).as("nobody's session had to end").isEqualTo(members);
            assertThat(fixture.json(jobUri(sink, job, "&wait=60000")).path("status").asText())
                    .isEqualTo("COMPLETED");
        }
    }

    /** It does not leave its group, as if it had been killed: the session has to end first. */
    @Test
    void aStandbySinkTakesOverWhenTheOtherIsGone() throws Exception {
        try (var fixture = new SinkFixture(folder);
                var first = fixture.sink(withStandby("sink-1"));
                var second = fixture.sink(withStandby("sink-2"))) {
            await(() -> first.ready() && second.ready() && bothHaveJobs(fixture));
            List<Job> jobs = completedJobsOfWhichBothHaveAllStates(fixture);
            long start = System.nanoTime();
            first.vanish();
            for (Job job : jobs) {
                await(() -> isCompleted(fixture, second, job));
            }
            long millis = (System.nanoTime() - start) / 1_000_000;
            LoggerFactory.getLogger(SinkRestartTest.class)
                    .atInfo()
                    .addKeyValue("millis", millis)
                    .log("standby has taken over");
            assertThat(
                            StreamsSettings.of(
                                    withStandby("sink-1"),
                                    fixture.kafka,
                                    new HostInfo("127.0.0.1", 1),
                                    new AtomicLong()))
                    .as("how long a session is, and so the absence")
                    .containsEntry("main.consumer.session.timeout.ms", 10_000);
        }
    }

    /** As in an update: nobody waits for the end of its session, and it comes back as a member. */
    @Test
    void aSinkWithAStandbyLeavesItsJobsToTheOtherAtOnceWhenItIsAskedToStop() throws Exception {
        try (var fixture = new SinkFixture(folder);
                var first = fixture.sink(withStandby("sink-1"));
                var second = fixture.sink(withStandby("sink-2"))) {
            await(() -> first.ready() && second.ready() && bothHaveJobs(fixture));
            List<Job> jobs = completedJobsOfWhichBothHaveAllStates(fixture);
            first.close();
            assertThat(members(fixture)).isNotEmpty().noneMatch(id -> id.startsWith("sink-1"));
            for (Job job : jobs) {
                await(() -> isCompleted(fixture, second, job));
            }
            try (var again = fixture.sink(withStandby("sink-1"))) {
                await(() -> again.ready() && bothHaveJobs(fixture));
                for (Job job : jobs) {
                    await(() -> isCompleted(fixture, again, job));
                }
            }
        }
    }

    private List<Job> completedJobsOfWhichBothHaveAllStates(SinkFixture fixture) {
        var jobs = new ArrayList<Job>();
        for (int i = 0; i < 8; i++) {
            Job job = fixture.submit(samples.job(null, ReplyShape.ENVELOPE));
            fixture.transport.events().append(samples.completed(job, 1));
            jobs.add(job);
        }
        for (String sink : List.of("sink-1", "sink-2")) {
            await(() -> states(folder.resolve(sink)) == 4);
        }
        return jobs;
    }

    /** A scaler's figures for jobs that waited a millisecond; each sink folds a part of them. */
    private static String scaling(Sink sink) {
        Map<String, String> target = Map.of("value", "0.001", "max", "20");
        try {
            return sink.scaling()
                    .of("interpolate", name -> Optional.ofNullable(target.get(name)))
                    .json();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Counters and waits are read one after the other, and an answer is kept for a moment. */
    private static boolean isAskedForAll(String scaling) {
        return Stream.of("\"flex\":8", "\"queue\":8", "\"waitedLong\":8")
                .allMatch(scaling::contains);
    }

    private static boolean isCompleted(SinkFixture fixture, Sink sink, Job job) {
        try {
            return fixture.once(jobUri(sink, job, "")).body().contains("\"COMPLETED\"");
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    /** Partitions of which a sink keeps the states, whether they are its own or on standby. */
    private static long states(Path stateDir) {
        try (var files = Files.walk(stateDir)) {
            return files.filter(file -> file.endsWith(Path.of("rocksdb", "jobs"))).count();
        } catch (IOException | UncheckedIOException e) {
            return -1; // it is being written
        }
    }

    private SinkConfig withStandby(String id) {
        SinkConfig d = Samples.config(folder.resolve(id), true);
        return new SinkConfig(
                d.host(),
                0,
                d.advertisedHost(),
                d.stateDir(),
                id,
                d.lostAfter(),
                d.lostJobRetries(),
                d.webhookTimeout(),
                d.webhookPauses(),
                d.webhookPrivateAddresses(),
                d.webhooksAtOnce(),
                d.repliesAtOnce(),
                d.secret(),
                d.publicUrl(),
                d.streamThreads(),
                1);
    }

    private static boolean bothHaveJobs(SinkFixture fixture) {
        return group(fixture).filter(m -> !m.assignment().topicPartitions().isEmpty()).count() == 2;
    }

    /** By the names that they come back under. */
    private static Set<String> members(SinkFixture fixture) {
        return group(fixture)
                .map(member -> member.groupInstanceId().orElseThrow())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<MemberDescription> group(SinkFixture fixture) {
        try {
            return fixture
                    .transport
                    .admin()
                    .describeConsumerGroups(List.of(StreamsSettings.APPLICATION))
                    .all()
                    .get(SinkFixture.SOON.toSeconds(), TimeUnit.SECONDS)
                    .values()
                    .stream()
                    .flatMap(group -> group.members().stream());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private SinkConfig secondConfig() {
        SinkConfig d = Samples.config(folder.resolve("sink-2"), true);
        return new SinkConfig(
                d.host(),
                0,
                d.advertisedHost(),
                d.stateDir(),
                "sink-2",
                d.lostAfter(),
                d.lostJobRetries(),
                d.webhookTimeout(),
                d.webhookPauses(),
                d.webhookPrivateAddresses(),
                d.webhooksAtOnce(),
                d.repliesAtOnce(),
                d.secret(),
                d.publicUrl(),
                d.streamThreads(),
                d.standbyReplicas());
    }
}
