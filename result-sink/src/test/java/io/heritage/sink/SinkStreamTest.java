package io.heritage.sink;

import static io.heritage.sink.SinkFixture.noise;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code /stream}, by the rules of docs/spec/runpod.md, section 1.7. */
@SuppressWarnings("NullAway.Init")
class SinkStreamTest {
    @TempDir static Path folder;
    private static SinkFixture fixture;
    private static Sink sink;
    private final Samples samples = new Samples(Clock.systemUTC());

    @BeforeAll
    static void start() throws Exception {
        fixture = new SinkFixture(folder);
        sink = fixture.readySink(SinkFixture.PATIENT);
    }

    @AfterAll
    static void stop() {
        sink.close();
        fixture.close();
    }

    @Test
    void eachPartIsGivenOnceAndTheEndIsToldWithTheLast() throws Exception {
        Job job = running();
        happen(part(job, 0), part(job, 1));
        awaitParts(job, 2);
        assertThat(stream(job, "")).isEqualTo(reply(job, "IN_PROGRESS", 0, 2));
        happen(part(job, 2), samples.completed(job, 1));
        awaitEnd(job);
        assertThat(stream(job, "&wait=60000")).isEqualTo(reply(job, "COMPLETED", 2, 3));
        assertThat(stream(job, "&wait=60000")).isEqualTo(reply(job, "COMPLETED", 3, 3));
    }

    /** Its gateway asks for it at another sink, if the answer is lost because a sink has died. */
    @Test
    void aCallThatIsAskedForAgainIsGivenTheSamePartsAndAnotherCallTheNext() throws Exception {
        Job job = running();
        happen(part(job, 0), part(job, 1));
        awaitParts(job, 2);
        assertThat(stream(job, "&call=one")).isEqualTo(reply(job, "IN_PROGRESS", 0, 2));
        assertThat(stream(job, "&call=one")).isEqualTo(reply(job, "IN_PROGRESS", 0, 2));
        happen(part(job, 2), part(job, 3));
        awaitParts(job, 4);
        assertThat(stream(job, "&call=two")).isEqualTo(reply(job, "IN_PROGRESS", 2, 4));
        happen(samples.completed(job, 1));
        awaitEnd(job);
        assertThat(stream(job, "&call=two")).isEqualTo(reply(job, "COMPLETED", 2, 4));
        assertThat(stream(job, "&call=three")).isEqualTo(reply(job, "COMPLETED", 4, 4));
    }

    @Test
    void aWaitingCallerIsAnsweredWithTheFirstPart() throws Exception {
        Job job = running();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answer = threads.submit(() -> stream(job, "&wait=300000"));
            happen(samples.progress(job, 1));
            fixture.json(SinkFixture.jobUri(sink, job, ""));
            assertThat(answer.isDone()).isFalse();
            happen(part(job, 0));
            assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(reply(job, "IN_PROGRESS", 0, 1));
        }
    }

    @Test
    void aWaitThatIsOverIsAnsweredWithNoParts() throws Exception {
        Job queued = fixture.submit(samples.job());
        assertThat(stream(queued, "&wait=50")).isEqualTo(reply(queued, "IN_QUEUE", 0, 0));
    }

    @Test
    void aJobThatYieldsNoPartsHasAnEmptyStream() throws Exception {
        Job job = running();
        happen(samples.completed(job, 1));
        assertThat(stream(job, "&wait=60000")).isEqualTo(reply(job, "COMPLETED", 0, 0));
    }

    @Test
    void theErrorOfAJobThatFailsComesBehindItsParts() throws Exception {
        Job job = running();
        happen(part(job, 0));
        awaitParts(job, 1);
        happen(samples.failed(job, "out of ideas"));
        awaitEnd(job);
        JsonNode answer = stream(job, "");
        assertThat(answer.path("status").asText()).isEqualTo("FAILED");
        assertThat(answer.path("error").asText()).isEqualTo("out of ideas");
        assertThat(answer.path("stream")).hasSize(1);
    }

    @Test
    void ofSeveralReadersEachPartGoesToOne() throws Exception {
        Job job = running();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var readers = new ArrayList<Future<List<Integer>>>();
            for (int i = 0; i < 3; i++) {
                readers.add(threads.submit(() -> readToTheEnd(job)));
            }
            for (int i = 0; i < 40; i++) {
                happen(part(job, i));
            }
            happen(samples.completed(job, 1));
            var all = new ArrayList<Integer>();
            for (Future<List<Integer>> reader : readers) {
                assertThat(reader.get(2, TimeUnit.MINUTES)).isSorted();
                all.addAll(reader.get());
            }
            assertThat(all)
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 40).boxed().toList());
        }
    }

    @Test
    void anAnswerHasABoundedSizeAndTheRestComesWithTheNext() throws Exception {
        Job job = running();
        var contents = new ArrayList<byte[]>();
        for (int i = 0; i < 5; i++) {
            byte[] bytes = noise(i, i == 3 ? 9_000_000 : 3_000_000);
            contents.add(bytes);
            happen(picture(job, i, bytes));
        }
        happen(samples.completed(job, 1));
        awaitEnd(job);
        int given = 0;
        var sizes = new ArrayList<Integer>();
        for (String status : List.of("IN_PROGRESS", "IN_PROGRESS", "IN_PROGRESS", "COMPLETED")) {
            JsonNode answer = stream(job, "");
            assertThat(answer.path("status").asText()).isEqualTo(status);
            sizes.add(answer.path("stream").size());
            for (JsonNode part : answer.path("stream")) {
                assertThat(part.at("/output/frames/0").binaryValue())
                        .isEqualTo(contents.get(given++));
            }
        }
        assertThat(sizes).containsExactly(2, 1, 1, 1);
    }

    @Test
    void whatACallerDidNotGetIsGivenAgain() throws Exception {
        Job job = running();
        byte[] bytes = noise(7, 14_000_000); // more than sockets hold on their way
        happen(picture(job, 0, bytes));
        awaitParts(job, 1);
        try (InputStream body = fixture.open(uri(job, "")).body()) {
            assertThat(body.read()).isEqualTo('{');
        }
        JsonNode again = stream(job, "&wait=60000");
        assertThat(again.at("/stream/0/output/frames/0").binaryValue()).isEqualTo(bytes);
        assertThat(stream(job, "").path("stream")).isEmpty();
    }

    @Test
    void readingFromAPartOnTakesNothingAway() throws Exception {
        Job job = running();
        happen(part(job, 0), part(job, 1), part(job, 2));
        awaitParts(job, 3);
        for (int from : List.of(1, 0, 1)) {
            assertThat(stream(job, "&from=" + from)).isEqualTo(reply(job, "IN_PROGRESS", from, 3));
        }
        assertThat(stream(job, "")).isEqualTo(reply(job, "IN_PROGRESS", 0, 3));
        happen(samples.completed(job, 1));
        awaitEnd(job);
        assertThat(stream(job, "&from=0")).isEqualTo(reply(job, "COMPLETED", 0, 3));
        assertThat(stream(job, "&from=3&wait=60000")).isEqualTo(reply(job, "COMPLETED", 3, 3));
        assertThat(fixture.get(uri(job, "&from=x")).statusCode()).isEqualTo(400);
    }

    @Test
    void partsArePushedInTheirOrderAndAgainBehindTheLastOneHeard() throws Exception {
        Job job = running();
        byte[] bytes = noise(8, 3_000_000);
        happen(part(job, 0), part(job, 1));
        try (BufferedReader lines = events(job, "")) {
            assertThat(event(lines)).isEqualTo(partEvent(1, 0));
            assertThat(event(lines)).isEqualTo(partEvent(1, 1));
            happen(picture(job, 2, bytes));
            Event picture = event(lines);
            assertThat(picture.id()).isEqualTo("1-3");
            assertThat(picture.data().at("/output/frames/0").binaryValue()).isEqualTo(bytes);
            happen(samples.completed(job, 1));
            Event end = event(lines);
            assertThat(end.type()).isEqualTo("end");
            assertThat(end.data().path("status").asText()).isEqualTo("COMPLETED");
            assertThat(lines.readLine()).isNull();
        }
        for (String after : List.of("&lastEventId=1-1", "&from=1")) {
            try (BufferedReader lines = events(job, after)) {
                assertThat(event(lines)).isEqualTo(partEvent(1, 1));
            }
        }
        assertThat(stream(job, "").path("stream")).as("none was taken away").hasSize(3);
    }

    @Test
    void theErrorOfAJobThatFailsIsPushedBehindItsParts() throws Exception {
        Job job = running();
        happen(part(job, 0), samples.failed(job, "out of ideas"));
        try (BufferedReader lines = events(job, "")) {
            assertThat(event(lines)).isEqualTo(partEvent(1, 0));
            assertThat(event(lines).data().path("error").asText()).isEqualTo("out of ideas");
        }
    }

    @Test
    void partsOfALaterAttemptArePushedFromItsBeginning() throws Exception {
        Job job = running();
        happen(part(job, 0), part(job, 1));
        try (BufferedReader lines = events(job, "&lastEventId=1-1")) {
            assertThat(event(lines)).isEqualTo(partEvent(1, 1));
            happen(samples.started(job, 2), samples.part(job, 2, 0));
            assertThat(event(lines)).isEqualTo(partEvent(2, 0));
        }
    }

    /** One of the server's. */
    private record Event(String id, String type, JsonNode data) {}

    private static Event partEvent(int attempt, int part) {
        JsonNode output = Samples.partBody(attempt, part);
        return new Event(attempt + "-" + (part + 1), "part", data(output));
    }

    private static JsonNode data(JsonNode output) {
        return ((ObjectNode) Samples.json("{}")).set("output", output);
    }

    private static BufferedReader events(Job job, String more)
            throws IOException, InterruptedException {
        URI uri = SinkFixture.jobUri(sink, job.id() + "/parts", "interpolate", "alice", more);
        return new BufferedReader(
                new InputStreamReader(fixture.open(uri).body(), StandardCharsets.UTF_8));
    }

    /** The next one; comments are passed by. */
    private static Event event(BufferedReader lines) throws IOException {
        Map<String, String> fields = new HashMap<>();
        while (true) {
            String line = Objects.requireNonNull(lines.readLine(), "another event");
            if (line.isEmpty() && fields.containsKey("data")) {
                break;
            }
            int colon = line.indexOf(": ");
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        return new Event(
                fields.getOrDefault("id", ""),
                fields.getOrDefault("event", ""),
                Wire.json().readTree(fields.getOrDefault("data", "")));
    }

    @Test
    void aLaterAttemptIsStreamedFromItsBeginning() throws Exception {
        Job job = running();
        happen(part(job, 0), part(job, 1));
        awaitParts(job, 2);
        assertThat(stream(job, "")).isEqualTo(reply(job, "IN_PROGRESS", 0, 2));
        happen(samples.started(job, 2), samples.part(job, 2, 0));
        JsonNode answer = stream(job, "&wait=60000");
        assertThat(answer.at("/stream/0/output")).isEqualTo(Samples.partBody(2, 0));
        assertThat(answer.path("stream")).hasSize(1);
        assertThat(answer.path("retries").asInt()).isEqualTo(1);
    }

    @Test
    void theStreamOfAnotherOwnerOrEndpointIsNotFoundAndKeepsNobodyWaiting() throws Exception {
        Job job = running();
        happen(part(job, 0));
        awaitParts(job, 1);
        for (URI uri :
                List.of(
                        uri(job.id().value(), "interpolate", "bob", "&wait=60000"),
                        uri(job.id().value(), "restore", "alice", "&wait=60000"),
                        uri("unknown", "interpolate", "alice", "&wait=60000"))) {
            assertThat(fixture.get(uri).statusCode()).isEqualTo(404);
        }
        assertThat(stream(job, "").path("stream")).hasSize(1);
    }

    @Test
    void partsWhoseMediaAreGoneAreSaidToBeExpired() throws Exception {
        Job job = running();
        var gone = Samples.media(job, "gone", 1_000_000);
        happen(samples.part(job, 1, 0, new Payload(Samples.json("{'$media':0}"), List.of(gone))));
        awaitParts(job, 1);
        var reply = fixture.get(uri(job, ""));
        assertThat(reply.statusCode()).isEqualTo(404);
        assertThat(reply.body()).contains("result expired");
    }

    private Job running() {
        Job job = fixture.submit(samples.job());
        happen(samples.started(job, 1));
        return job;
    }

    private JobEvent part(Job job, int index) {
        return samples.part(job, 1, index);
    }

    private JobEvent picture(Job job, int index, byte[] bytes) {
        var media = fixture.result(job, "frames/" + index, bytes);
        var body = Samples.json("{'frames':[{'$media':0}],'first_frame':%d}".formatted(index));
        return samples.part(job, 1, index, new Payload(body, List.of(media)));
    }

    private static void happen(JobEvent... events) {
        for (JobEvent event : events) {
            fixture.transport.events().append(event);
        }
    }

    private static void awaitParts(Job job, int count) throws IOException, InterruptedException {
        try (var body = fixture.open(uri(job, "&wait=60000&from=" + (count - 1))).body()) {
            assertThat(body).isNotNull();
        }
    }

    private static void awaitEnd(Job job) throws IOException, InterruptedException {
        fixture.json(SinkFixture.jobUri(sink, job, "&wait=60000"));
    }

    /** Until the end is told. */
    private List<Integer> readToTheEnd(Job job) throws IOException, InterruptedException {
        var parts = new ArrayList<Integer>();
        while (true) {
            JsonNode answer = stream(job, "&wait=60000");
            answer.path("stream").forEach(p -> parts.add(p.at("/output/part").asInt()));
            if (!answer.path("status").asText().startsWith("IN_")) {
                return parts;
            }
        }
    }

    /** With parts {@code from} to {@code to} of the first attempt. */
    private static JsonNode reply(Job job, String status, int from, int to) {
        ObjectNode reply = (ObjectNode) Samples.json("{'id':'%s'}".formatted(job.id()));
        reply.put("status", status);
        ArrayNode stream = reply.putArray("stream");
        for (int i = from; i < to; i++) {
            stream.addObject().set("output", Samples.partBody(1, i));
        }
        return reply;
    }

    private static URI uri(Job job, String more) {
        return uri(job.id().value(), "interpolate", "alice", more);
    }

    private static URI uri(String id, String endpoint, String owner, String more) {
        return SinkFixture.jobUri(sink, id + "/stream", endpoint, owner, more);
    }

    /** Without its {@code delayTime}, which differs each time. */
    private static JsonNode stream(Job job, String more) throws IOException, InterruptedException {
        ObjectNode answer = (ObjectNode) fixture.json(uri(job, more));
        JsonNode delay = answer.remove("delayTime");
        assertThat(delay == null || delay.isIntegralNumber()).isTrue();
        return answer;
    }
}
