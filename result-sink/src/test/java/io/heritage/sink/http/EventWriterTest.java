package io.heritage.sink.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What a listener is told, and how often. */
class EventWriterTest {
    private final EventQueue queue = new EventQueue();

    private static ObjectNode job(String id, int progress) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("status", "IN_PROGRESS")
                .put("progress", progress);
    }

    private static List<JsonNode> eventsIn(ByteArrayOutputStream out) throws IOException {
        var events = new ArrayList<JsonNode>();
        for (String line : out.toString(UTF_8).split("\n")) {
            if (line.startsWith("data: ")) {
                events.add(Wire.json().readTree(line.substring("data: ".length())));
            }
        }
        return events;
    }

    /** A console that gets each frame's progress does nothing but draw it. */
    @Test
    void ofAJobThatChangesOftenTheNewestStateIsToldFourTimesASecond() throws Exception {
        var out = new ByteArrayOutputStream();
        long began = System.nanoTime();
        Thread worker =
                Thread.ofVirtual()
                        .start(() -> {
                            int progress = 0;
                            while (System.nanoTime() - began < Duration.ofSeconds(1).toNanos()) {
                                queue.put(job("a", ++progress));
                                LockSupport.parkNanos(1_000_000);
                            }
                            queue.put(job("a", Integer.MAX_VALUE));
                            queue.end();
                        });
        try (var writer = new EventWriter(queue, false, () -> {})) {
            writer.to(out);
        }
        assertThat(worker.join(Duration.ofSeconds(30))).isTrue();
        long quarters = Duration.ofNanos(System.nanoTime() - began).toMillis() / 250;

        List<JsonNode> events = eventsIn(out);
        assertThat(events.getFirst().path("type").asText()).isEqualTo("open");
        List<JsonNode> ofJob = events.subList(1, events.size());
        assertThat(ofJob).hasSizeBetween(1, (int) quarters + 2);
        assertThat(ofJob.getLast().path("progress").asInt()).isEqualTo(Integer.MAX_VALUE);
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("seq").asInt()).isEqualTo(i);
        }
    }

    @Test
    void whoeverHasHeardEventsBeforeIsToldToLookForItself() throws Exception {
        var out = new ByteArrayOutputStream();
        queue.end();
        try (var writer = new EventWriter(queue, true, () -> {})) {
            writer.to(out);
        }
        assertThat(eventsIn(out)).hasSize(1);
        assertThat(eventsIn(out).getFirst().path("type").asText()).isEqualTo("resync");
    }

    /** A stream in which nothing happens is told from one that broke. */
    @Test
    void aCommentComesAfterEachTimeOfSilenceAndNoneBefore() throws Exception {
        Duration heartbeat = Duration.ofMillis(400);
        var out = new TimedOutput();
        var times = new ArrayList<Long>();
        Thread listener =
                Thread.ofVirtual()
                        .start(() -> {
                            try (var writer =
                                    new EventWriter(queue, false, null, heartbeat, () -> {})) {
                                writer.to(out);
                            } catch (IOException | InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        times.add(out.awaitNext("event: open"));
        for (int i = 0; i < 3; i++) {
            times.add(out.awaitNext(":\n\n"));
        }
        queue.put(job("a", 1));
        times.add(out.awaitNext("event: job"));
        times.add(out.awaitNext(":\n\n"));
        queue.end();
        assertThat(listener.join(Duration.ofSeconds(30))).isTrue();

        for (int i = 1; i < times.size(); i++) {
            if (i != 4) { // the event came when it came
                assertThat(times.get(i) - times.get(i - 1))
                        .isGreaterThanOrEqualTo(heartbeat.toNanos());
            }
        }
        assertThat(EventWriter.HEARTBEAT).isEqualTo(Duration.ofSeconds(15));
    }

    /** Takes what was written in pieces, each with the time it came. */
    private static final class TimedOutput extends OutputStream {
        private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();

        private record Piece(String text, long at) {}

        @Override
        public void write(int b) {
            throw new IllegalStateException("expected whole events");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            pieces.add(new Piece(new String(bytes, offset, length, UTF_8), System.nanoTime()));
        }

        /** When it came, which must have that in it. */
        long awaitNext(String text) throws InterruptedException {
            Piece next = pieces.poll(30, TimeUnit.SECONDS);
            assertThat(next).isNotNull();
            assertThat(next.text()).contains(text);
            return next.at();
        }
    }

    /** What a slow listener has not read takes no more memory than this. */
    @Test
    void moreJobsThanTheBoundAreForgottenAndToldSo() throws Exception {
        for (int i = 0; i <= EventQueue.MOST_JOBS; i++) {
            queue.put(job("job-" + i, 1));
        }
        EventQueue.Burst batch = queue.take(EventQueue.MOST_JOBS, Duration.ZERO);
        assertThat(batch.lost()).isTrue();
        assertThat(batch.jobs()).hasSize(1);
        assertThat(batch.jobs().getFirst().path("id").asText())
                .isEqualTo("job-" + EventQueue.MOST_JOBS);
    }
}
