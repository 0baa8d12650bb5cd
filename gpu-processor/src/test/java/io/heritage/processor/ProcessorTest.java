package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.RgbFrame;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ProcessorTest {
    private static final String FRAMES =
            """
            {"start_image_base64":{"$media":0},"end_image_base64":{"$media":1},
             "resolution":480,"frame_length":17,"seed":18446744073709551615}\
            """;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final MovableClock CLOCK = new MovableClock();
    private static final PacedEngine ENGINE = new PacedEngine();
    private static Installation installation;
    private static EndpointConfig frames;
    private static Processor processor;
    private static byte[] chelsea;
    private static byte[] coffee;

    @BeforeAll
    static void startProcessor() throws Exception {
        chelsea = Installation.resource("chelsea.png");
        coffee = Installation.resource("coffee.png");
        installation = Installation.inMemory();
        frames = installation.newEndpoint(EndpointKind.INTERPOLATE);
        processor = installation.processor(List.of(frames), (_, _) -> ENGINE, Duration.ZERO, CLOCK);
        assertThat(processor.awaitReady(Duration.ofSeconds(120))).isTrue();
    }

    @AfterAll
    static void everythingIsGivenBack() throws Exception {
        processor.close();
        installation.close();
        assertThat(ENGINE.openPairs).hasValue(0);
        assertThat(ENGINE.closed.getCount()).isZero();
        Installation.awaitNoThread("device-", "png-", "heartbeat-");
    }

    @BeforeEach
    void computeAtOnce() {
        ENGINE.step = _ -> {};
    }

    @Test
    void framesBetweenTwoPicturesOfDifferentSizeAreDurableWhenTheJobIsCompleted() throws Exception {
        Job job = installation.submit(frames, FRAMES, chelsea, coffee);

        Payload output = installation.await(job, JobEvent.Completed.class).output();

        assertThat(output.body().at("/metadata").toString())
                .isEqualTo(
                        """
                        {"format":"png","frame_count":33,"steps":8,"resolution":480,"frame_length":17,\
                        "width":720,"height":480,"fps":32,"interpolation":2,"engine":"rife",\
                        "seed":18446744073709551615,"weights":{"name":"paced","source":"test","sha256":"00"}}\
                        """);
        assertThat(output.body().path("frames")).hasSize(33);
        for (JsonNode frame : output.body().path("frames")) {
            try (InputStream png = installation.transport.results().open(output.mediaAt(frame));
                    RgbFrame decoded = new ImageDecoder(ImageLimits.DEFAULT).decode(png)) {
                assertThat(decoded.width()).isEqualTo(720);
                assertThat(decoded.height()).isEqualTo(480);
            }
        }
        assertThat(namesOf(installation.events(job)))
                .startsWith("Started", "Progress")
                .contains("PartReady")
                .endsWith("Completed");
        assertThat(framesAnnounced(job)).isEqualTo(33);
        assertThat(installation.page.text()).contains(",model=\"rife47\",stage=\"load\"} ");
        assertThat(partsOf(job))
                .allMatch(part ->
                        part.media().size() == 1
                                || base64Of(part) <= Installation.STREAM_PART_BYTES);
    }

    private List<Payload> partsOf(Job job) {
        return installation.events(job).stream()
                .filter(JobEvent.PartReady.class::isInstance)
                .map(event -> ((JobEvent.PartReady) event).part())
                .toList();
    }

    private static long base64Of(Payload part) {
        return part.media().stream().mapToLong(frame -> (frame.bytes() + 2) / 3 * 4).sum();
    }

    @Test
    void badInputFailsWithItsNameAndTheNextJobRuns() throws Exception {
        byte[] text = "once upon a time there was a picture".getBytes(StandardCharsets.US_ASCII);
        assertThat(errorOf(FRAMES, text, coffee))
                .startsWith("start_image_base64: not an image but ")
                .contains("text");
        assertThat(errorOf(FRAMES, chelsea, text)).startsWith("end_image_base64: not an image");
        assertThat(errorOf(FRAMES, pngHeader(1, 1), coffee))
                .isEqualTo(
                        "start_image_base64: 1x1 pixels are too small, each side must have at least"
                                + " 16");
        assertThat(errorOf(FRAMES, pngHeader(30_000, 30_000), coffee))
                .isEqualTo(
                        "start_image_base64: 30000x30000 pixels (900 megapixels) exceed the limit"
                                + " of 100 megapixels");
        assertThat(errorOf(FRAMES.replace("17,", "130,"), chelsea, coffee))
                .contains("frame_length")
                .contains("17 to 129");
        assertThat(errorOf("{\"start_image_base64\":{\"$media\":0}}", chelsea))
                .startsWith("end_image_base64 is required");
        Job good = installation.submit(frames, FRAMES, chelsea, coffee);
        installation.await(good, JobEvent.Completed.class);
    }

    @Test
    void anEmptyInputIsAnsweredAsHealthCheck() throws Exception {
        Job job = installation.submit(frames, "{}");
        assertThat(
                        installation
                                .await(job, JobEvent.Completed.class)
                                .output()
                                .body()
                                .path("status")
                                .asText())
                .isEqualTo("success");
    }

    @Test
    void aCancelledRunningJobStopsAtItsNextCheckpointAndReportsNothingMore() throws Exception {
        CountDownLatch computing = new CountDownLatch(1);
        AtomicBoolean cancelled = new AtomicBoolean();
        AtomicInteger passedSince = new AtomicInteger();
        ENGINE.step =
                ENGINE.untilStopped(
                        computing,
                        observer -> {
                            boolean tooLate = cancelled.get();
                            observer.checkpoint();
                            passedSince.addAndGet(tooLate ? 1 : 0);
                        });
        Job job = installation.submit(frames, FRAMES, chelsea, coffee);
        Installation.await(computing);
        installation.cancel(job);
        cancelled.set(true);
        Awaitility.await().atMost(PATIENCE).until(() -> ENGINE.openPairs.get() == 0);
        assertThat(passedSince).hasValue(0);

        ENGINE.step = _ -> {};
        Job next = installation.submit(frames, FRAMES, chelsea, coffee);
        installation.await(next, JobEvent.Completed.class);
        assertThat(namesOf(installation.events(job))).doesNotContain("Completed", "Failed");
    }

    @Test
    void aJobThatRunsLongerThanItsPolicyPermitsFails() throws Exception {
        CountDownLatch computing = new CountDownLatch(1);
        ENGINE.step = ENGINE.untilStopped(computing);
        var policy = new ExecutionPolicy(Duration.ofSeconds(40), Duration.ofHours(1), false);
        Job job = installation.submit(frames, policy, FRAMES, chelsea, coffee);
        Installation.await(computing);
        CLOCK.advance(Duration.ofSeconds(41));
        assertThat(installation.await(job, JobEvent.Failed.class).error())
                .isEqualTo("executionTimeout exceeded");
    }

    @Test
    void anErrorOfTheJobIsReportedShortAndTheProcessorGoesOn() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        ENGINE.step =
                _ -> {
                    switch (calls.getAndIncrement()) {
                        case 0 -> throw new StackOverflowError();
                        case 1 -> throw new OutOfMemoryError("Java heap space");
                        case 2 -> throw new IllegalStateException("secret detail");
                        default -> {}
                    }
                };
        assertThat(errorOf(FRAMES, chelsea, coffee))
                .matches("Processing failed: internal error \\(error id .{8} in .*\\)");
        assertThat(errorOf(FRAMES, chelsea, coffee)).contains("out of memory");
        assertThat(errorOf(FRAMES, chelsea, coffee)).doesNotContain("secret");
        Job good = installation.submit(frames, FRAMES, chelsea, coffee);
        installation.await(good, JobEvent.Completed.class);
    }

    @Test
    void aJobCancelledWhileItWaitsIsNeverStarted() throws Exception {
        CountDownLatch computing = new CountDownLatch(1);
        ENGINE.step = ENGINE.untilStopped(computing);
        Job busy = installation.submit(frames, FRAMES, chelsea, coffee);
        Installation.await(computing);
        Job waiting = installation.submit(frames, "{}");
        installation.cancel(waiting);
        installation.cancel(busy);
        Job next = installation.submit(frames, "{}");
        installation.await(next, JobEvent.Completed.class);
        assertThat(installation.events(waiting)).isEmpty();
    }

    @Test
    void mediaThatIsGoneFailsTheJobAndNamesTheField() throws Exception {
        Job whole = installation.job(frames, frames.defaultPolicy(), FRAMES, chelsea, coffee);
        MediaRef.InKafka lost = (MediaRef.InKafka) whole.input().media().getFirst();
        var elsewhere =
                new MediaRef.InKafka(
                        lost.topic(),
                        lost.partition(),
                        lost.firstOffset(),
                        lost.lastOffset(),
                        "another upload",
                        lost.part(),
                        lost.chunks(),
                        lost.bytes(),
                        lost.sha256(),
                        lost.mediaType());
        Job job =
                installation.submit(
                        frames, FRAMES, List.of(elsewhere, whole.input().media().getLast()));
        assertThat(installation.await(job, JobEvent.Failed.class).error())
                .startsWith("start_image_base64: ")
                .endsWith("; please send the request again");
    }

    @Test
    void anExpiredJobIsLeftToTheSink() throws Exception {
        var policy = new ExecutionPolicy(Duration.ofMinutes(1), Duration.ofMinutes(-6), false);
        Job expired = installation.submit(frames, policy, "{}");
        Job next = installation.submit(frames, "{}");
        installation.await(next, JobEvent.Completed.class);
        assertThat(installation.events(expired)).isEmpty();
    }

    @Test
    void aResultBeyondTheLimitFailsTheJob() throws Exception {
        assertThat(errorOf(FRAMES.replace("17,", "129,"), chelsea, coffee))
                .startsWith(
                        "the result exceeds " + Installation.MAX_RESULT_BYTES + " bytes at frame ");
    }

    private String errorOf(String json, byte[]... media) throws IOException {
        Job job = installation.submit(frames, json, media);
        return installation.await(job, JobEvent.Failed.class).error();
    }

    private int framesAnnounced(Job job) {
        return partsOf(job).stream().mapToInt(part -> part.media().size()).sum();
    }

    private static List<String> namesOf(List<JobEvent> events) {
        return events.stream().map(event -> event.getClass().getSimpleName()).toList();
    }

    /** A PNG of that size that has nothing behind its header. */
    private static byte[] pngHeader(int width, int height) throws IOException {
        byte[] header =
                ByteBuffer.allocate(17)
                        .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                        .putInt(width)
                        .putInt(height)
                        .put(new byte[] {8, 2, 0, 0, 0})
                        .array();
        CRC32 crc = new CRC32();
        crc.update(header);
        var png = new ByteArrayOutputStream();
        png.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13});
        png.write(header);
        png.write(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
        return png.toByteArray();
    }
}
