package io.heritage.processor.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.media.OrderedPngWriter;
import io.heritage.media.PngEncoder;
import io.heritage.media.RgbFrame;
import io.heritage.processor.job.Attempt;
import io.heritage.processor.job.JobFailed;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.media.MediaUpload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The frames of a job's result as PNG parts {@code frames/0000.png} …. They are encoded on threads
 * of their own and stored in order on another, while the network computes the next ones. A bounded
 * number is in flight; a reference to each stays in memory.
 */
public final class ResultFrames implements ResultMedia {
    private static final int UNACKNOWLEDGED_PARTS = 4;
    private static final Duration ANNOUNCE_PACE = Duration.ofMillis(500);

    private final Attempt attempt;
    private final Clock clock;
    private final long maxBytes;
    private final long partBytes;
    private final MediaUpload upload;
    private final OrderedPngWriter encoders;
    private final byte[] block = new byte[1 << 16];
    private final Deque<MediaPart> sent = new ArrayDeque<>();
    private final List<MediaRef> durable = new ArrayList<>();
    private int announced;
    private long unannouncedBytes;
    private Instant nextAnnouncement = Instant.MIN;
    private long bytes;

    private ResultFrames(
            MediaUpload upload,
            Attempt attempt,
            int threads,
            long maxBytes,
            long partBytes,
            Clock clock) {
        this.upload = upload;
        this.attempt = attempt;
        this.maxBytes = maxBytes;
        this.partBytes = partBytes;
        this.clock = clock;
        this.encoders =
                new OrderedPngWriter(
                        threads, 2 * threads + 2, PngEncoder.DEFAULT_LEVEL, this::store);
    }

    /**
     * @param encoders how many threads encode
     * @param maxBytes of all frames
     * @param partBytes base64 of the frames of one part, unless it has a single one
     */
    public static ResultFrames begin(
            MediaStore results,
            Attempt attempt,
            int encoders,
            long maxBytes,
            long partBytes,
            Clock clock) {
        return new ResultFrames(
                results.begin(attempt.job().id().value()),
                attempt,
                encoders,
                maxBytes,
                partBytes,
                clock);
    }

    @Override
    public void accept(RgbFrame frame) throws IOException {
        try {
            encoders.write(frame);
        } catch (IOException e) {
            throw causeOf(e);
        }
    }

    @Override
    public List<MediaRef> finish() throws IOException {
        try {
            encoders.finish();
        } catch (IOException e) {
            throw causeOf(e);
        }
        while (!sent.isEmpty()) {
            awaitOldest();
        }
        announce();
        return List.copyOf(durable);
    }

    /** Called on the encoders' delivering thread. */
    private void store(long index, ByteBuffer png) throws IOException {
        bytes += png.remaining();
        if (bytes > maxBytes) {
            throw new JobFailed(
                    "the result exceeds %d bytes at frame %d; try a smaller resolution or fewer frames"
                            .formatted(maxBytes, index));
        }
        try (MediaPart part = upload.part("frames/%04d.png".formatted(index), "image/png")) {
            while (png.hasRemaining()) {
                int length = Math.min(block.length, png.remaining());
                png.get(block, 0, length);
                part.write(block, 0, length);
            }
            sent.add(part);
        }
        while (sent.size() > UNACKNOWLEDGED_PARTS) {
            awaitOldest();
        }
    }

    private void awaitOldest() {
        MediaRef frame = sent.remove().durable();
        long base64 = (frame.bytes() + 2) / 3 * 4;
        if (unannouncedBytes + base64 > partBytes) {
            announce();
        }
        durable.add(frame);
        unannouncedBytes += base64;
        Instant now = clock.instant();
        if (unannouncedBytes >= partBytes || !now.isBefore(nextAnnouncement)) {
            nextAnnouncement = now.plus(ANNOUNCE_PACE);
            announce();
        }
    }

    /**
     * {@code {"first_frame":k,"frames":[…]}} with the frames that became durable since the last
     * one.
     */
    private void announce() {
        if (announced == durable.size()) {
            return;
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("first_frame", announced);
        ArrayNode frames = body.putArray("frames");
        for (int i = 0; i < durable.size() - announced; i++) {
            frames.add(Payload.placeholder(i));
        }
        attempt.partReady(new Payload(body, durable.subList(announced, durable.size())));
        announced = durable.size();
        unannouncedBytes = 0;
    }

    /** The exception of the other thread, as it was thrown there. */
    private static IOException causeOf(IOException e) {
        return switch (e.getCause()) {
            case RuntimeException cause -> throw cause;
            case IOException cause -> cause;
            case null, default -> e;
        };
    }

    @Override
    public void close() {
        encoders.close();
        upload.close();
    }
}
