package io.heritage.sink.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.Wire;
import io.heritage.sink.reply.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Writes server-sent events {@code {v, type, job, seq, …}}, four bursts a second at most, and a
 * comment after 15 s of silence. Used by one thread.
 */
final class EventWriter implements Answer.Events {
    private static final Duration BURST_EVERY = Duration.ofMillis(250);
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /** Then the caller comes back, perhaps to another sink. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private static final int BURST = 50;
    private static final int VERSION = 1;

    private final EventQueue queue;
    private final Runnable closing;
    private final boolean resync;
    private final String stream = Integer.toHexString(new Random().nextInt());
    private long sequence;

    /**
     * @param resync whether the caller has heard events before, some of which it may have missed
     * @param closing run once when nobody listens any more
     */
    EventWriter(EventQueue queue, boolean resync, Runnable closing) {
        this.queue = queue;
        this.resync = resync;
        this.closing = closing;
    }

    @Override
    public void to(OutputStream out) throws IOException, InterruptedException {
        long until = System.nanoTime() + LONGEST.toNanos();
        write(out, resync ? "resync" : "open", null);
        out.flush();
        boolean ended = false;
        while (!ended && System.nanoTime() < until) {
            EventQueue.Batch batch = queue.take(BURST, HEARTBEAT);
            if (batch.lost()) {
                write(out, "resync", null);
            }
            for (ObjectNode job : batch.jobs()) {
                write(out, "job", job);
            }
            if (batch.jobs().isEmpty() && !batch.lost()) {
                out.write(":\n\n".getBytes(StandardCharsets.US_ASCII));
            }
            out.flush();
            ended = batch.ended();
            if (!ended) {
                Thread.sleep(BURST_EVERY);
            }
        }
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
    }

    @Override
    public void close() {
        closing.run();
    }
}
