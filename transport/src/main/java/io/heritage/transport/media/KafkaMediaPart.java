package io.heritage.transport.media;

import io.heritage.schemas.MediaRef;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Fills one chunk buffer. A full buffer is sent when the next byte comes, so that the last chunk is
 * known to be the last. The producer copies what it is given: the buffer is free again at once.
 */
final class KafkaMediaPart extends MediaPart {
    private final ChunkSender chunks;
    private final byte[] buffer;
    private final String mediaType;
    private final Consumer<ChunkSender.Range> acknowledged;
    private final MessageDigest hash = ChunkFormat.sha256();
    private int filled;
    private long bytes;
    private boolean closed;
    private boolean complete;

    /**
     * @param acknowledged told where the part is; may refuse it
     */
    KafkaMediaPart(
            ChunkSender chunks,
            byte[] buffer,
            String mediaType,
            Consumer<ChunkSender.Range> acknowledged) {
        this.chunks = chunks;
        this.buffer = buffer;
        this.mediaType = mediaType;
        this.acknowledged = acknowledged;
    }

    @Override
    public void write(int b) throws IOException {
        requireOpen();
        if (filled == buffer.length) {
            send(false);
        }
        buffer[filled++] = (byte) b;
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length);
        requireOpen();
        int done = 0;
        while (done < length) {
            if (filled == buffer.length) {
                send(false);
            }
            int step = Math.min(length - done, buffer.length - filled);
            System.arraycopy(source, offset + done, buffer, filled, step);
            filled += step;
            done += step;
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        send(true);
        complete = true;
    }

    @Override
    public MediaRef durable() {
        if (!complete) {
            throw new IllegalStateException(
                    closed ? chunks + " was not sent completely" : chunks + " is not closed yet");
        }
        ChunkSender.Range range = chunks.awaitAcknowledged();
        acknowledged.accept(range);
        return new MediaRef.InKafka(
                chunks.topic(),
                chunks.partition(),
                range.first(),
                range.last(),
                chunks.key(),
                chunks.part(),
                range.chunks(),
                bytes,
                ChunkFormat.hex(hash()),
                mediaType);
    }

    /** Bytes sent so far. */
    long bytes() {
        return bytes;
    }

    boolean isClosed() {
        return closed;
    }

    /** Sent chunks stay without a reference; the buffer may serve another upload. */
    void abandon() {
        closed = true;
    }

    /** A copy: {@link #durable} may be called again. */
    private byte[] hash() {
        try {
            return ((MessageDigest) hash.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }

    private void send(boolean last) {
        hash.update(buffer, 0, filled);
        chunks.send(buffer, filled, last);
        bytes += filled;
        filled = 0;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException(chunks + " is closed");
        }
    }
}
