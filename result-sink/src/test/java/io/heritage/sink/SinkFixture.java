package io.heritage.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.observe.MetricsPage;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.Job;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Wire;
import io.heritage.sink.config.SinkConfig;
import io.heritage.sink.http.AnswerPatience;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.TestBroker;
import io.heritage.transport.TopicLayouts;
import io.heritage.transport.kafka.KafkaConfig;
import io.heritage.transport.media.MediaPart;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A broker with its topics, and the sinks of a test on it. */
public final class SinkFixture implements AutoCloseable {
    /** Nobody waits so long but where something is wrong. */
    static final Duration SOON = Duration.ofMinutes(1);

    /** Where tests say what is known once all is folded. */
    static final AnswerPatience PATIENT =
            new AnswerPatience(AnswerPatience.USUAL.onItsWay(), SOON, SOON, SOON, SOON);

    /** After which clients give up (docs/spec/runpod.md, section 0). */
    static final Duration CLIENTS_WAIT = Duration.ofSeconds(3);

    /** What an answer has written itself is not waited for. */
    static final AnswerPatience NONE_FOR_THE_FOLD =
            new AnswerPatience(SOON, SOON, Duration.ZERO, SOON, SOON);

    private static final int UNAVAILABLE = 503;

    final Path folder;
    private final TestBroker broker;
    private final boolean ownsBroker;
    final KafkaConfig kafka;
    final KafkaTransport transport;

    /** Metrics of its sinks. */
    final MetricsPage page = new MetricsPage();

    private final HttpClient client = HttpClient.newHttpClient();

    SinkFixture(Path folder) {
        this(folder, TestBroker.start(), true, false);
    }

    /** On a broker that stays when this is closed. */
    SinkFixture(Path folder, TestBroker broker) {
        this(folder, broker, false, false);
    }

    /** The same, with lanes that owners share. */
    static SinkFixture ofSharedLanes(Path folder, TestBroker broker) {
        return new SinkFixture(folder, broker, false, true);
    }

    private SinkFixture(Path folder, TestBroker broker, boolean ownsBroker, boolean lanesShared) {
        this.folder = folder;
        this.broker = broker;
        this.ownsBroker = ownsBroker;
        this.kafka = TopicLayouts.fairShares(broker.config(), lanesShared);
        this.transport = KafkaTransport.open(kafka);
        transport.createTopics(List.of(Samples.ENDPOINT));
    }

    Sink sink(SinkConfig config) {
        return sink(config, AnswerPatience.USUAL);
    }

    Sink sink(SinkConfig config, AnswerPatience patience) {
        awaitStateFolders();
        return new SinkAssembly(
                        new SinkSetup(
                                config,
                                kafka,
                                List.of(Samples.endpoint()),
                                transport,
                                page.meters(),
                                Traces.none(),
                                Clock.systemUTC(),
                                patience))
                .start();
    }

    /** Where the machine is slow, a sink that was closed is still at it, and holds its state. */
    private static void awaitStateFolders() {
        await(() -> threads("-CloseThread").isEmpty());
    }

    /** Those of sinks in this process, by how their names end. */
    static Set<Thread> threads(String end) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().endsWith(end))
                .filter(Thread::isAlive)
                .collect(Collectors.toUnmodifiableSet());
    }

    Sink readySink() {
        return readySink(AnswerPatience.USUAL);
    }

    Sink readySink(AnswerPatience patience) {
        Sink sink = sink(Samples.config(folder.resolve("sink"), true), patience);
        await(sink::ready);
        return sink;
    }

    public static void await(BooleanSupplier condition) {
        Awaitility.await().atMost(SOON).until(condition::getAsBoolean);
    }

    Job submit(Job job) {
        transport.jobs().submit(job);
        return job;
    }

    /** Seeded bytes that look like nothing else. */
    public static byte[] noise(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    MediaRef result(Job job, String part, byte[] bytes) {
        return result(job, part, "image/png", bytes);
    }

    MediaRef result(Job job, String part, String type, byte[] bytes) {
        try (var upload = transport.results().begin(job.id().value())) {
            MediaPart written = upload.part(part, type);
            written.write(bytes);
            written.close();
            return written.durable();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    MediaRef input(Job job, byte[] bytes) {
        return input(job, "start", "image/png", bytes);
    }

    MediaRef input(Job job, String part, String type, byte[] bytes) {
        try (var upload = transport.media().begin(job.id().value())) {
            MediaPart written = upload.part(part, type);
            written.write(bytes);
            written.close();
            return written.durable();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static URI jobUri(Sink sink, Job job, String more) {
        return jobUri(sink, job.id().value(), "interpolate", "alice", more);
    }

    static URI jobUri(Sink sink, String id, String endpoint, String owner, String more) {
        return URI.create(
                "http://127.0.0.1:%d/v1/jobs/%s?endpoint=%s&owner=%s%s"
                        .formatted(sink.port(), id, endpoint, owner, more));
    }

    /**
     * As clients ask: a sink that says 503, since the fold or Kafka is not so far, is asked again.
     */
    <T> HttpResponse<T> answer(HttpRequest request, BodyHandler<T> body)
            throws IOException, InterruptedException {
        HttpResponse<T> answer = client.send(request, body);
        return isThere(answer)
                ? answer
                : Awaitility.await()
                        .atMost(SOON)
                        .until(() -> client.send(request, body), SinkFixture::isThere);
    }

    private static boolean isThere(HttpResponse<?> answer) {
        if (answer.statusCode() != UNAVAILABLE) {
            return true;
        }
        if (answer.body() instanceof InputStream unread) {
            try {
                unread.close(); // the client would wait for it when it is closed
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return false;
    }

    HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return answer(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    /** A call of a client. */
    @FunctionalInterface
    interface Call {
        void run() throws Exception;
    }

    /** The shortest of three times: whatever stops the machine for a moment counts no more. */
    static Duration quickestOfThree(Call call) throws Exception {
        Duration quickest = SOON;
        for (int i = 0; i < 3; i++) {
            long asked = System.nanoTime();
            call.run();
            Duration took = Duration.ofNanos(System.nanoTime() - asked);
            quickest = took.compareTo(quickest) < 0 ? took : quickest;
        }
        return quickest;
    }

    /** The first answer, whatever it is. */
    HttpResponse<String> once(URI uri) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    HttpResponse<InputStream> open(URI uri) throws IOException, InterruptedException {
        return answer(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream());
    }

    JsonNode json(URI uri) throws IOException, InterruptedException {
        HttpResponse<String> response = get(uri);
        assertThat(response.headers().firstValue("content-type"))
                .contains("application/json; charset=utf-8");
        return Wire.json().readTree(response.body());
    }

    JsonNode cancel(Sink sink, Job job) throws IOException, InterruptedException {
        return post(jobUri(sink, job.id() + "/cancel", "interpolate", "alice", ""));
    }

    JsonNode retry(Sink sink, Job job) throws IOException, InterruptedException {
        return post(jobUri(sink, job.id() + "/retry", "interpolate", "alice", ""));
    }

    JsonNode purge(Sink sink) throws IOException, InterruptedException {
        return post(
                URI.create(
                        "http://127.0.0.1:%d/v1/endpoints/interpolate/purge?owner=alice"
                                .formatted(sink.port())));
    }

    JsonNode post(URI uri) throws IOException, InterruptedException {
        return Wire.json().readTree(answer(posted(uri), BodyHandlers.ofString()).body());
    }

    /** The first answer to {@code /cancel} or {@code /retry}, also if it is 503. */
    JsonNode changeOnce(Sink sink, Job job, String change)
            throws IOException, InterruptedException {
        URI uri = jobUri(sink, job.id() + change, "interpolate", "alice", "");
        return Wire.json().readTree(client.send(posted(uri), BodyHandlers.ofString()).body());
    }

    private static HttpRequest posted(URI uri) {
        return HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.noBody())
                .build();
    }

    JsonNode health(Sink sink) throws IOException, InterruptedException {
        return json(healthUri(sink));
    }

    /** Whether it says so now. */
    boolean isUnavailable(Sink sink) throws IOException, InterruptedException {
        return once(healthUri(sink)).statusCode() == UNAVAILABLE;
    }

    private static URI healthUri(Sink sink) {
        return URI.create(
                "http://127.0.0.1:%d/v1/endpoints/interpolate/health".formatted(sink.port()));
    }

    @Override
    public void close() {
        client.close();
        page.close();
        transport.close();
        if (ownsBroker) {
            broker.close();
        }
    }
}
