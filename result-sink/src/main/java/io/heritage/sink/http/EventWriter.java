package io.heritage.sink.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.Wire;
import io.heritage.sink.reply.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Writes server-sent events {@code {v, type, job, seq, …}}, four bursts a second at most, and a
 * comment after 15 s of silence. With the events of one job goes its outlook, which is told anew
 * when its place in the queue has changed, or its endpoint was paused or resumed. Used by one
 * thread.
 */
final class EventWriter implements Answer.Events {
    private static final Duration BURST_EVERY = Duration.ofMillis(250);
    static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /** Interval at which the place of a waiting job is read. */
    private static final Duration LOOKS = Duration.ofSeconds(1);

    /** After this time the stream ends, and the caller reconnects, perhaps to another sink. */
    static final Duration LONGEST = Duration.ofHours(1);

    private static final int BURST = 50;
    private static final int VERSION = 1;

    /** Outlook of a job; empty if it has ended or is unknown. */
    @FunctionalInterface
    interface Looking {
        Optional<ObjectNode> look() throws InterruptedException;
    }

    private final EventQueue queue;
    private final Runnable closing;
    private final boolean resync;
    private final @Nullable Looking looking;
    private final Duration heartbeat;
    private final String stream = Integer.toHexString(new Random().nextInt());
    private long sequence;
    private @Nullable ObjectNode waiting;
    private long writtenAt;

    /**
     * @param resync whether the caller has heard events before, some of which it may have missed
     * @param closing run once when the stream ends
     */
    EventWriter(EventQueue queue, boolean resync, Runnable closing) {
        this(queue, resync, null, HEARTBEAT, closing);
    }

    /**
     * @param heartbeat silence after which a comment is written
     */
    EventWriter(
            EventQueue queue,
            boolean resync,
            @Nullable Looking looking,
            Duration heartbeat,
            Runnable closing) {
        this.queue = queue;
        this.resync = resync;
        this.looking = looking;
        this.heartbeat = heartbeat;
        this.closing = closing;
    }

    /**
     * For the events of one job.
     *
     * @param looking at its outlook
     */
    static EventWriter ofJob(EventQueue queue, boolean resync, Looking looking, Runnable closing) {
        return new EventWriter(queue, resync, looking, HEARTBEAT, closing);
    }

    @Override
    public void to(OutputStream out) throws IOException, InterruptedException {
        long until = System.nanoTime() + LONGEST.toNanos();
        write(out, resync ? "resync" : "open", null);
        out.flush();
        boolean ended = false;
        while (!ended && System.nanoTime() < until) {
            EventQueue.Burst batch = queue.take(BURST, waiting == null ? heartbeat : LOOKS);
            if (batch.lost()) {
                write(out, "resync", null);
            }
            for (ObjectNode job : batch.jobs()) {
                write(out, "job", withOutlook(job));
            }
            Optional<ObjectNode> moved =
                    batch.jobs().isEmpty() && !batch.ended() ? movedOn() : Optional.empty();
            if (moved.isPresent()) {
                write(out, "job", moved.get());
            } else if (System.nanoTime() - writtenAt >= heartbeat.toNanos()) {
                comment(out);
            }
            out.flush();
            ended = batch.ended();
            if (!ended) {
                Thread.sleep(BURST_EVERY);
            }
        }
    }

    private ObjectNode withOutlook(ObjectNode job) throws InterruptedException {
        waiting = null;
        String status = job.path("status").asText();
        if (looking == null || !List.of("IN_QUEUE", "IN_PROGRESS").contains(status)) {
            return job;
        }
        looking.look().ifPresent(outlook -> job.set("outlook", outlook));
        waiting = status.equals("IN_QUEUE") ? job : null;
        return job;
    }

    /** The waiting job, if its place or state differs from what was sent last. */
    private Optional<ObjectNode> movedOn() throws InterruptedException {
        ObjectNode told = waiting;
        if (told == null || looking == null) {
            return Optional.empty();
        }
        Optional<ObjectNode> now = looking.look();
        if (now.isEmpty() || isSame(now.get(), told.path("outlook"))) {
            return Optional.empty();
        }
        waiting = told.deepCopy().set("outlook", now.get());
        return Optional.ofNullable(waiting);
    }

    private static boolean isSame(JsonNode outlook, JsonNode told) {
        return outlook.path("ahead").equals(told.path("ahead"))
                && outlook.path("paused").equals(told.path("paused"));
    }

    private void comment(OutputStream out) throws IOException {
        out.write(":\n\n".getBytes(StandardCharsets.US_ASCII));
        writtenAt = System.nanoTime();
    }

    private void write(OutputStream out, String type, @Nullable ObjectNode job) throws IOException {
        ObjectNode event =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("v", VERSION)
                        .put("type", type)
                        .put("seq", sequence);
        if (job != null) {
            event.put("job", job.path("id").asText());
            event.setAll(job);
            event.remove("id");
        }
        String text =
                "id: %s-%d\nevent: %s\ndata: %s\n\n"
                        .formatted(stream, sequence++, type, Wire.json().writeValueAsString(event));
        out.write(text.getBytes(StandardCharsets.UTF_8));
        writtenAt = System.nanoTime();
    }

    @Override
    public void close() {
        closing.run();
    }
}
