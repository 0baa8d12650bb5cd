package io.heritage.schemas;

import static io.heritage.schemas.Samples.ID;
import static io.heritage.schemas.Samples.WORKER;
import static io.heritage.schemas.Samples.after;
import static io.heritage.schemas.Samples.completed;
import static io.heritage.schemas.Samples.failed;
import static io.heritage.schemas.Samples.job;
import static io.heritage.schemas.Samples.json;
import static io.heritage.schemas.Samples.output;
import static io.heritage.schemas.Samples.progress;
import static io.heritage.schemas.Samples.started;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireTest {

    /**
     * A stored message and what it must be read as: its file, its value, the type it is read by.
     */
    record Sample(String name, Object message, Class<?> type) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Sample> samples() {
        Map<String, Object> byName = new LinkedHashMap<>();
        byName.put("job", job());
        byName.put("job-without-webhook", job(null));
        byName.put("event-rejected", new JobEvent.Rejected(job(), after(0), "no prompt"));
        byName.put(
                "job-of-a-trace",
                job(null).tracedAs("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
        byName.put("job-of-an-owner-with-a-weight", job(null).weighing(3));
        Job job = job();
        Job keyed =
                new Job(
                        job.id(),
                        job.endpoint(),
                        job.kind(),
                        job.owner(),
                        job.input(),
                        job.policy(),
                        null,
                        job.reply(),
                        job.submittedAt(),
                        0,
                        "ab".repeat(32),
                        null);
        byName.put("event-submitted", new JobEvent.Submitted(keyed, after(0), null));
        byName.put("event-started", started(1, 2));
        byName.put(
                "event-progress",
                new JobEvent.Progress(ID, after(3), 1, null, 5, json("{'percent':5}")));
        byName.put("event-progress-by-a-worker", progress(1, 5));
        byName.put("event-part-ready", new JobEvent.PartReady(ID, after(3), 1, null, 0, output()));
        byName.put(
                "event-part-ready-by-a-worker",
                new JobEvent.PartReady(ID, after(3), 1, WORKER, 0, output()));
        byName.put("event-completed", completed(1, 7));
        byName.put("event-failed", failed("bad"));
        byName.put(
                "event-failed-by-the-sink",
                new JobEvent.Failed(ID, after(9), 3, null, "job timed out after 2 retries", null));
        byName.put("event-handed-back", new JobEvent.HandedBack(ID, after(3), 1, WORKER));
        byName.put("event-cancelled", new JobEvent.Cancelled(ID, after(1)));
        byName.put("event-timed-out", new JobEvent.TimedOut(ID, after(9), "job expired"));
        byName.put("event-result-expires", new JobEvent.ResultExpires(ID, after(9), after(10)));
        byName.put(
                "event-parts-streamed", new JobEvent.PartsStreamed(ID, after(4), 1, null, 3, null));
        byName.put(
                "event-parts-streamed-of-a-worker",
                new JobEvent.PartsStreamed(ID, after(4), 1, WORKER, 3, null));
        byName.put(
                "event-parts-streamed-to-a-call",
                new JobEvent.PartsStreamed(
                        ID, after(4), 1, WORKER, 3, new JobEvent.StreamCall("call-1", 2)));
        byName.put("event-abandoned", new JobEvent.Abandoned(ID, after(90), 1, WORKER));
        JobEvent.Divided divided = divided();
        byName.put("event-divided", divided);
        byName.put("event-part-unfinished", moved(new PartNews.Unfinished(12)));
        byName.put("event-part-done", moved(new PartNews.Done(output())));
        byName.put(
                "event-part-failed",
                moved(new PartNews.Failed(after(9), 33, "broken", json("{'error_code':'x'}"))));
        byName.put("event-part-stopped", moved(new PartNews.Stopped("cancelled")));
        byName.put("job-segment", Division.segment(job(), divided, 1));
        byName.put("job-join", Division.join(job(), divided, List.of(output(), output())));
        byName.put("job-batch", Samples.batch());
        byName.put("job-of-a-batch", Batch.member(Samples.batch(), 0));
        byName.put(
                "event-batch-moved",
                new JobEvent.BatchMoved(ID, after(8), 2, 3, "COMPLETED", 41, null));
        byName.put(
                "event-batch-moved-by-a-job-of-a-time",
                new JobEvent.BatchMoved(ID, after(8), 2, 3, "COMPLETED", 41, after(0)));
        byName.put("event-purged", new JobEvent.Purged(ID, after(1)));
        byName.put("event-queue-purged", queuePurged());
        byName.put("command-purge", new Command.Purge(queuePurged()));
        byName.put("event-retried", new JobEvent.Retried(ID, after(20), after(9), null));
        byName.put(
                "event-retried-after-attempts", new JobEvent.Retried(ID, after(20), after(9), 1));
        MediaRef.InKafka piece = (MediaRef.InKafka) output().media().getFirst();
        byName.put(
                "media-stored",
                new StoredMedia("alice", after(0), 9L, "", "video/mp4", List.of(piece, piece)));
        byName.put(
                "media-stored-in-bucket",
                new StoredMedia(
                        "alice",
                        after(0),
                        9L,
                        "",
                        "video/mp4",
                        List.of(
                                new MediaRef.InBucket(
                                        "heritage/media/a1/upload-7",
                                        "upload",
                                        9_000_000,
                                        "cd".repeat(32),
                                        "video/mp4"))));
        byName.put(
                "event-rejected-with-joined-media",
                new JobEvent.Rejected(jobOfPieces(piece), after(0), "no prompt"));
        byName.put("command-cancel", new Command.Cancel(ID, after(1)));
        byName.put("command-stop", new Command.Stop(ID, after(60), 1, WORKER));
        byName.put(
                "worker-status",
                new WorkerStatus(
                        WORKER,
                        after(4),
                        WorkerStatus.Phase.RUNNING,
                        List.of(new EndpointId("interpolate")),
                        List.of("rife47"),
                        "cpu",
                        8L << 30,
                        1L << 30,
                        ID,
                        5000,
                        null,
                        null,
                        null));
        byName.put(
                "worker-status-with-its-version",
                new WorkerStatus(
                        WORKER,
                        after(4),
                        WorkerStatus.Phase.IDLE,
                        List.of(new EndpointId("interpolate")),
                        List.of(),
                        "cpu",
                        8L << 30,
                        1L << 30,
                        null,
                        5000,
                        after(0),
                        "0.1.0",
                        List.of("rife47", "seedvr2_7b")));
        byName.put("control-pause", new Control.Pause(new EndpointId("restore"), true, after(5)));
        byName.put("control-drain", new Control.Drain(WORKER, false, after(6)));
        JobRecord queued = JobRecord.unseen(ID).submitted(job());
        JobRecord running = queued.apply(started(1, 2)).apply(progress(1, 5));
        byName.put("record-queued", queued);
        byName.put("record-without-its-job", JobRecord.unseen(ID).apply(started(1, 2)));
        byName.put("record-running", running);
        byName.put(
                "record-handed-back",
                running.apply(new JobEvent.HandedBack(ID, after(3), 1, WORKER)));
        byName.put("record-completed", running.apply(completed(1, 7)));
        byName.put("record-failed", running.apply(failed("bad")));
        byName.put("record-cancelled", running.apply(new JobEvent.Cancelled(ID, after(1))));
        byName.put(
                "record-timed-out",
                running.apply(new JobEvent.TimedOut(ID, after(9), "job expired")));
        byName.put(
                "record-retried",
                new JobRecord(
                        ID,
                        job().retriedAt(after(20), 1),
                        new JobState.Queued(null),
                        0,
                        0,
                        new JobEvent.Retried(ID, after(20), after(9), 1),
                        null));
        byName.put(
                "record-abandoned",
                running.apply(new JobEvent.Abandoned(ID, after(90), 1, WORKER)));
        byName.put("record-divided", running.apply(divided));
        return byName.entrySet().stream()
                .map(e -> new Sample(e.getKey(), e.getValue(), readAs(e.getValue())));
    }

    private static JobEvent.Divided divided() {
        return new JobEvent.Divided(
                ID,
                after(5),
                1,
                WORKER,
                new Division(
                        List.of(
                                new JobPart.Segment(0, 240, 0, 244, 33, 4, 2),
                                new JobPart.Segment(240, 400, 211, 400, 33, 4, 0))));
    }

    private static JobEvent moved(PartNews news) {
        return new JobEvent.PartMoved(ID, after(8), 1, 1, news);
    }

    private static Job jobOfPieces(MediaRef.InKafka piece) {
        Job job = job();
        var input =
                new Payload(
                        Payload.placeholder(0, "media:x"),
                        List.of(new MediaRef.Joined(List.of(piece, piece), "", "video/mp4")));
        return new Job(
                job.id(),
                job.endpoint(),
                job.kind(),
                job.owner(),
                input,
                job.policy(),
                job.webhook(),
                job.reply(),
                job.submittedAt(),
                0);
    }

    private static Class<?> readAs(Object message) {
        return switch (message) {
            case JobEvent _ -> JobEvent.class;
            case Command _ -> Command.class;
            case Control _ -> Control.class;
            default -> message.getClass();
        };
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aMessageComesBackAsItWasSent(Sample sample) {
        assertThat(Wire.decode(Wire.encode(sample.message()), (Class<?>) sample.type()))
                .isEqualTo(sample.message());
    }

    /** The files are never changed: a later version adds its own beside them. */
    @ParameterizedTest
    @MethodSource("samples")
    void aMessageStoredByVersion1IsStillReadable(Sample sample) throws IOException {
        assertThat(Wire.decode(stored(sample.name()), (Class<?>) sample.type()))
                .isEqualTo(sample.message());
    }

    @Test
    void fieldsOfALaterVersionAreIgnored() {
        byte[] bytes =
                """
                {"v":1,"type":"cancelled","jobId":"a","at":"2026-11-22T10:00:00Z","why":["new"]}
                """
                        .getBytes(UTF_8);
        assertThat(Wire.decode(bytes, JobEvent.class).jobId()).isEqualTo(new JobId("a"));
    }

    @Test
    void aNameThatOnlyALaterVersionKnowsIsToldFromGarbage() {
        String job = new String(Wire.encode(Samples.job()), UTF_8);
        String later = job.replaceFirst("\"kind\":\"\\w+\"", "\"kind\":\"upscale\"");
        assertThat(later).isNotEqualTo(job);
        assertThatThrownBy(() -> Wire.decode(later.getBytes(UTF_8), Job.class))
                .isInstanceOf(Wire.LaterVersion.class);
        assertThatThrownBy(() ->
                        Wire.decode(
                                "{\"v\":1,\"type\":\"unheard-of\"}".getBytes(UTF_8),
                                JobEvent.class))
                .isInstanceOf(Wire.LaterVersion.class);
        assertThatThrownBy(() -> Wire.decode("{\"v\":1,\"id\":[]}".getBytes(UTF_8), Job.class))
                .isInstanceOf(UncheckedIOException.class)
                .isNotInstanceOf(Wire.LaterVersion.class);
    }

    @Test
    void aLaterMajorVersionIsRefused() {
        assertThatThrownBy(() -> Wire.decode("{\"v\":2}".getBytes(UTF_8), Job.class))
                .isInstanceOf(Wire.LaterVersion.class)
                .cause()
                .hasMessageContaining("message version 2, this process reads 1 to 1");
    }

    @Test
    void garbageIsRefusedAsSuch() {
        for (String garbage : List.of("", "no json", "[]", "{\"v\":1,\"type\":\"unheard-of\"}")) {
            assertThatThrownBy(() -> Wire.decode(garbage.getBytes(UTF_8), JobEvent.class))
                    .isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void numbersOfAClientKeepTheirValue() {
        var value = json("{'big':123456789012345678901234567890,'small':0.1,'whole':1.0}");
        var event = new JobEvent.Progress(ID, after(3), 1, WORKER, 1, value);
        assertThat(Wire.decode(Wire.encode(event), JobEvent.class)).isEqualTo(event);
    }

    /** Its stack included. */
    @Test
    void aThreadKeepsNoBuffersOfTheMessagesThatItReadAndWrote() throws Exception {
        int threads = 1_000;
        byte[] message = Wire.encode(new JobEvent.Progress(ID, after(3), 1, WORKER, 1, json("{}")));
        var done = new CountDownLatch(threads);
        var end = new CountDownLatch(1);
        long before = liveHeap();
        try {
            for (int i = 0; i < threads; i++) {
                Thread.ofVirtual()
                        .start(() -> {
                            Wire.encode(Wire.decode(message, JobEvent.class));
                            Wire.text(json("{'a':1}"));
                            done.countDown();
                            awaitQuietly(end);
                        });
            }
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat((liveHeap() - before) / threads).as("bytes a thread").isLessThan(4_000);
        } finally {
            end.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch end) {
        try {
            assertThat(end.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long liveHeap() {
        System.gc();
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getCollectionUsage)
                .mapToLong(usage -> usage == null ? 0 : usage.getUsed())
                .sum();
    }

    private static JobEvent.QueuePurged queuePurged() {
        return new JobEvent.QueuePurged(
                new JobId("purge-" + ID),
                after(1),
                new EndpointId("interpolate"),
                "alice",
                Map.of("heritage.jobs.interpolate.high", 7L));
    }

    private static byte[] stored(String name) throws IOException {
        String file = "/wire/v1/" + name + ".json";
        try (var in = Objects.requireNonNull(WireTest.class.getResourceAsStream(file), file)) {
            return in.readAllBytes();
        }
    }
}
