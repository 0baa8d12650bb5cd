package io.heritage.sink;

import static io.heritage.sink.SinkFixture.await;
import static io.heritage.sink.SinkFixture.noise;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.UnixOperatingSystemMXBean;
import io.heritage.schemas.Job;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import io.heritage.sink.http.AnswerPatience;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Callers that come early, that hang up, that take nothing, and that are many. */
@SuppressWarnings("NullAway.Init")
class SinkCallersTest {
    private static final int MANY = 1_000;

    /** Half of {@code sink.replies-at-once}. */
    private static final int SLOTS_OF_ONE_OWNER = 32;

    private static final String WAIT = "&wait=60000";

    /** A second where the machine has nothing else to do; a wait that went on would be minutes. */
    private static final Duration RELEASED_WITHIN = Duration.ofSeconds(10);

    @TempDir static Path folder;
    private static SinkFixture fixture;
    private static Sink sink;
    private final Samples samples = new Samples(Clock.systemUTC());

    @BeforeAll
    static void start() throws Exception {
        fixture = new SinkFixture(folder);
        Duration soon = SinkFixture.SOON;
        sink = fixture.readySink(new AnswerPatience(soon, soon, soon, soon, soon));
    }

    @AfterAll
    static void stop() {
        sink.close();
        fixture.close();
    }

    @Test
    void aJobWhoseSubmissionIsStillUnderWayIsWaitedFor() throws Exception {
        Job job = samples.job();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answer = threads.submit(() -> fixture.json(SinkFixture.jobUri(sink, job, "")));
            await(() -> sink.waiting() == 1);
            fixture.transport.events().append(samples.completed(job, 1));
            fixture.submit(job);
            assertThat(answer.get(60, TimeUnit.SECONDS).path("status").asText())
                    .isEqualTo("COMPLETED");
        }
    }

    @Test
    void whoeverHangsUpIsNotWaitedForAnyLonger() throws Exception {
        Job job = fixture.submit(samples.job());
        fixture.json(SinkFixture.jobUri(sink, job, ""));
        var callers = new ArrayList<Socket>();
        for (int i = 0; i < 20; i++) {
            callers.add(call(SinkFixture.jobUri(sink, job, "&wait=300000")));
            callers.add(call(streamUri(job, "&wait=300000")));
            callers.add(call(streamUri(job, "&wait=300000&from=0")));
        }
        await(() -> sink.waiting() == 41); // of those that are given parts once, one has its turn
        for (Socket caller : callers) {
            caller.close();
        }
        awaitRelease();
    }

    private static void awaitRelease() {
        Awaitility.await().atMost(RELEASED_WITHIN).until(() -> sink.waiting() == 0);
    }

    @Test
    void nothingIsGivenToACallerThatHungUp() throws Exception {
        Job job = fixture.submit(samples.job());
        fixture.transport.events().append(samples.started(job, 1));
        fixture.json(SinkFixture.jobUri(sink, job, ""));
        Socket gone = call(streamUri(job, "&wait=300000"));
        await(() -> sink.waiting() == 1);
        gone.close();
        awaitRelease();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answer = threads.submit(() -> fixture.json(streamUri(job, "&wait=300000")));
            await(() -> sink.waiting() == 1);
            fixture.transport.events().append(samples.part(job, 1, 0));
            JsonNode stream = answer.get(60, TimeUnit.SECONDS).path("stream");
            assertThat(stream).hasSize(1);
        }
    }

    @Test
    void aConnectionGoesOnAfterAWaitThatIsOver() throws Exception {
        Job job = fixture.submit(samples.job());
        for (int i = 0; i < 3; i++) {
            assertThat(
                            fixture.json(SinkFixture.jobUri(sink, job, "&wait=20"))
                                    .path("status")
                                    .asText())
                    .isEqualTo("IN_QUEUE");
        }
    }

    @Test
    void aConnectionIsClosedAfterTheAnswerWhereTheClientAsksForIt() throws Exception {
        Job job = fixture.submit(samples.job());
        fixture.json(SinkFixture.jobUri(sink, job, ""));
        for (String wait : List.of("", "&wait=500")) {
            URI uri = SinkFixture.jobUri(sink, job, wait);
            try (Socket caller = call(uri, "Connection: close\r\n")) {
                caller.setSoTimeout(30_000);
                String answer = new String(caller.getInputStream().readAllBytes(), US_ASCII);
                assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("}");
            }
        }
    }

    @Test
    void aStreamOfEventsHasItsEndAlsoIfTheConnectionIsThenClosed() throws Exception {
        Job job = fixture.submit(samples.job());
        fixture.transport.events().append(samples.completed(job, 1));
        fixture.json(SinkFixture.jobUri(sink, job, "&wait=60000"));
        URI uri = SinkFixture.jobUri(sink, job.id() + "/events", "interpolate", "alice", "");
        try (Socket caller = call(uri, "Connection: close\r\n")) {
            caller.setSoTimeout(30_000);
            String answer = new String(caller.getInputStream().readAllBytes(), US_ASCII);
            assertThat(answer).contains("Transfer-Encoding: chunked").endsWith("\r\n0\r\n\r\n");
        }
    }

    /**
     * Bytes of heap, this test's end of the connection included. 26 to 28 KB when it was measured:
     * 8 KiB are the read buffer that Helidon has for each socket, 9.6 KB the stacks of two virtual
     * threads. Of the two descriptors one is this test's.
     */
    @Test
    void aCallerThatWaitsCostsLittleMemoryAndOneDescriptor() throws Exception {
        Job job = fixture.submit(samples.job());
        fixture.json(SinkFixture.jobUri(sink, job, ""));
        long descriptorsBefore = descriptors();
        long before = LiveHeap.bytes();
        var callers = new ArrayList<Socket>();
        for (int i = 0; i < MANY; i++) {
            callers.add(call(SinkFixture.jobUri(sink, job, "&wait=300000")));
        }
        await(() -> sink.waiting() == MANY);
        long each = (LiveHeap.bytes() - before) / MANY;
        long opened = descriptors() - descriptorsBefore;
        for (Socket caller : callers) {
            caller.close();
        }
        await(() -> sink.waiting() == 0);
        LoggerFactory.getLogger(SinkCallersTest.class)
                .atInfo()
                .addKeyValue("bytes", each)
                .log("a waiting caller");
        assertThat(each).as("bytes of heap for a caller").isLessThan(32_000);
        assertThat(opened)
                .as("descriptors of both ends; few others were opened or closed meanwhile")
                .isCloseTo(2L * MANY, within(MANY / 4L));
    }

    private static long descriptors() {
        var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getOpenFileDescriptorCount();
    }

    /** As many as there are slots, of another owner: they get half, and are cut off in the end. */
    @Test
    void readersThatTakeNothingKeepNobodyFromReading() throws Exception {
        Job large = fixture.submit(samples.job("mallory"));
        byte[] bytes = noise(1, 24_000_000);
        var ref = fixture.result(large, "video", bytes);
        Payload output = new Payload(Samples.json("{'video':{'$media':0}}"), List.of(ref));
        fixture.transport.events().append(samples.completed(large, 1, output));
        Job own = fixture.submit(samples.job());
        var ownRef = fixture.result(own, "video", noise(2, 1_000_000));
        fixture.transport
                .events()
                .append(
                        samples.completed(
                                own,
                                1,
                                new Payload(
                                        Samples.json("{'video':{'$media':0}}"), List.of(ownRef))));
        var stalled = new ArrayList<Socket>();
        for (int i = 0; i < 64; i++) {
            stalled.add(
                    call(
                            SinkFixture.jobUri(
                                    sink,
                                    large.id().value(),
                                    "interpolate",
                                    "mallory",
                                    "&wait=60000")));
        }
        for (Socket one : stalled.subList(0, 8)) {
            assertThat(one.getInputStream().read()).isEqualTo('H');
        }
        JsonNode reply = fixture.json(SinkFixture.jobUri(sink, own, "&wait=60000"));
        assertThat(reply.at("/output/video").binaryValue()).hasSize(1_000_000);
        for (Socket one : stalled) {
            one.close();
        }
    }

    /** As many as their owner has slots, each of a file that no buffer holds. */
    @Test
    void aReaderThatTakesNothingIsCutOffAndItsSlotIsFreed() throws Exception {
        int length = 12_000_000;
        Job job = fixture.submit(samples.job("trent", null, ReplyShape.LINKS));
        var ref = fixture.result(job, "video", noise(3, length));
        Payload output = new Payload(Samples.json("{'video':{'$media':0}}"), List.of(ref));
        fixture.transport.events().append(samples.completed(job, 1, output));
        fixture.json(SinkFixture.jobUri(sink, job.id().value(), "interpolate", "trent", WAIT));
        URI file = fileUri(job, "");
        var stalled = new ArrayList<Socket>();
        for (int i = 0; i < SLOTS_OF_ONE_OWNER; i++) {
            stalled.add(call(file));
        }
        for (Socket one : stalled) {
            assertThat(one.getInputStream().read()).isEqualTo('H');
        }

        assertThat(fixture.get(fileUri(job, "&range=bytes%3D0-9")).statusCode()).isEqualTo(206);
        for (Socket one : stalled) {
            one.close();
        }
    }

    private static URI fileUri(Job job, String more) {
        return SinkFixture.jobUri(
                sink, job.id() + "/output", "interpolate", job.owner(), "&file=0" + more);
    }

    private static URI streamUri(Job job, String more) {
        return SinkFixture.jobUri(sink, job.id() + "/stream", "interpolate", "alice", more);
    }

    /** Sends a request and reads nothing. */
    private static Socket call(URI uri) throws IOException {
        return call(uri, "");
    }

    private static Socket call(URI uri, String header) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(8192);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), uri.getPort()));
        String request =
                "GET %s?%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n"
                        .formatted(uri.getRawPath(), uri.getRawQuery(), header);
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        return socket;
    }
}
