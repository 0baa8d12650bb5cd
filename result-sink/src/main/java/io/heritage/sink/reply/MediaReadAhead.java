package io.heritage.sink.reply;

import io.heritage.schemas.MediaRef;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads pieces of media one after the other on a virtual thread, a few blocks ahead of the thread
 * that takes them. One reader, because pieces mostly lie one behind the other in one partition, and
 * the store goes on reading where the piece before ended. Holds at most {@value #AHEAD} + 2 blocks,
 * whatever the size of the media. Used by one thread.
 */
final class MediaReadAhead implements AutoCloseable {
    /** A multiple of 3, so that each block is whole base64. */
    static final int BLOCK = 3 * 128 * 1024;

    private static final int AHEAD = 4;

    private final BlockingQueue<Read> ready = new ArrayBlockingQueue<>(AHEAD);
    private final @Nullable Thread reader;
    private @Nullable Read peeked;

    /**
     * @param pieces in the order in which they will be taken
     */
    MediaReadAhead(MediaSource source, List<MediaRef> pieces) {
        this.reader =
                pieces.isEmpty()
                        ? null
                        : Thread.ofVirtual()
                                .name("media-read-ahead")
                                .start(() -> read(source, pieces));
    }

    /** Part of a piece: {@link #BLOCK} bytes, or what is left of it; then its end. */
    private sealed interface Read {
        record Block(ByteBuffer bytes) implements Read {}

        record End() implements Read {}

        record ReadFailed(IOException cause) implements Read {}
    }

    /** Waits for the first block, so that lost media are known before anything is sent. */
    void awaitFirst() throws IOException {
        if (reader != null) {
            peek(take());
        }
    }

    /**
     * The same with a bound.
     *
     * @throws TimeoutException if nothing was read so soon
     */
    void awaitFirst(Duration atMost) throws IOException, TimeoutException {
        if (reader == null) {
            return;
        }
        try {
            Read first = ready.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
            if (first == null) {
                throw new TimeoutException("no media were read within " + atMost);
            }
            peek(first);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private void peek(Read first) throws IOException {
        peeked = first;
        if (first instanceof Read.ReadFailed broken) {
            throw broken.cause();
        }
    }

    /** The next block of the present piece; null once after its last. */
    byte @Nullable [] next() throws IOException {
        Read first = peeked;
        peeked = null;
        return switch (first == null ? take() : first) {
            case Read.Block block -> block.bytes().array();
            case Read.ReadFailed broken -> throw broken.cause();
            case Read.End _ -> null;
        };
    }

    /** Stops reading; returns without waiting for the reader, which closes what it opened. */
    @Override
    public void close() {
        if (reader != null) {
            reader.interrupt();
        }
    }

    private Read take() throws IOException {
        try {
            return ready.take();
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while reading media");
    }

    private void read(MediaSource source, List<MediaRef> pieces) {
        try {
            for (MediaRef piece : pieces) {
                try (InputStream in = source.open(piece)) {
                    readBlocks(in, piece.bytes());
                }
                ready.put(new Read.End());
            }
        } catch (IOException e) {
            broken(e);
        } catch (RuntimeException e) {
            broken(new IOException("cannot read media", e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // no thread takes the blocks any more
        }
    }

    /**
     * Reads exactly as many bytes as the reference says, because the reply's length counts on it.
     */
    private void readBlocks(InputStream in, long bytes) throws IOException, InterruptedException {
        for (long left = bytes; left > 0; ) {
            byte[] block = new byte[(int) Math.min(BLOCK, left)];
            int read = in.readNBytes(block, 0, block.length);
            if (read < block.length) {
                throw new EOFException(
                        "media ended after %d of %d bytes".formatted(bytes - left + read, bytes));
            }
            left -= read;
            ready.put(new Read.Block(ByteBuffer.wrap(block)));
        }
        if (in.read() >= 0) { // at the end count and hash are checked
            throw new IOException("media longer than the %d bytes promised".formatted(bytes));
        }
    }

    private void broken(IOException cause) {
        try {
            ready.put(new Read.ReadFailed(cause));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
