package io.heritage.sink;

import io.heritage.schemas.MediaRef;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads pieces of media in order, a few blocks and pieces ahead of whoever takes them, each piece
 * on a virtual thread of its own. Holds at most {@value #PIECES} × ({@value #BLOCKS} + 1) blocks,
 * whatever the size of the media. Used by one thread.
 */
final class MediaReadAhead implements AutoCloseable {
    /** A multiple of 3, so that each block is whole base64. */
    static final int BLOCK = 3 * 128 * 1024;

    private static final int BLOCKS = 2;
    private static final int PIECES = 3;

    private final MediaSource source;
    private final Iterator<MediaRef> rest;
    private final Deque<Piece> begun = new ArrayDeque<>();

    /**
     * @param pieces in the order in which they will be taken
     */
    MediaReadAhead(MediaSource source, List<MediaRef> pieces) {
        this.source = source;
        this.rest = pieces.iterator();
        beginMore();
    }

    /** Part of a piece: {@link #BLOCK} bytes, or what is left of the piece. */
    private sealed interface Read {
        record Block(ByteBuffer bytes) implements Read {}

        record End() implements Read {}

        record Broken(IOException cause) implements Read {}
    }

    /**
     * Waits for the first block of the next piece, so that a lost one is known before it is taken.
     */
    void awaitFirst() throws IOException {
        Piece piece = begun.peekFirst();
        if (piece != null && piece.peek() instanceof Read.Broken broken) {
            throw broken.cause();
        }
    }

    /** The next block of the present piece; null once after its last. */
    byte @Nullable [] next() throws IOException {
        Piece piece = begun.getFirst();
        return switch (piece.take()) {
            case Read.Block block -> block.bytes().array();
            case Read.Broken broken -> throw broken.cause();
            case Read.End _ -> {
                begun.removeFirst();
                beginMore();
                yield null;
            }
        };
    }

    /** Stops reading; returns without waiting for the readers, which close what they opened. */
    @Override
    public void close() {
        begun.forEach(Piece::stop);
        begun.clear();
    }

    private void beginMore() {
        while (begun.size() < PIECES && rest.hasNext()) {
            begun.add(new Piece(rest.next()));
        }
    }

    private final class Piece {
        private final MediaRef ref;
        private final BlockingQueue<Read> ready = new ArrayBlockingQueue<>(BLOCKS);
        private final Thread reader;
        private @Nullable Read peeked;

        Piece(MediaRef ref) {
            this.ref = ref;
            this.reader = Thread.ofVirtual().name("media-read-ahead").start(this::read);
        }

        Read peek() throws IOException {
            if (peeked == null) {
                peeked = take();
            }
            return peeked;
        }

        Read take() throws IOException {
            Read first = peeked;
            if (first != null) {
                peeked = null;
                return first;
            }
            try {
                return ready.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while reading media");
            }
        }

        void stop() {
            reader.interrupt();
        }

        private void read() {
            try {
                try (InputStream in = source.open(ref)) {
                    readBlocks(in);
                }
                ready.put(new Read.End());
            } catch (IOException e) {
                broken(e);
            } catch (RuntimeException e) {
                broken(new IOException("cannot read media", e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // nobody takes what we read any more
            }
        }

        /**
         * Exactly the bytes the reference promises, for the reply's length is announced by them.
         */
        private void readBlocks(InputStream in) throws IOException, InterruptedException {
            long left = ref.bytes();
            while (left > 0) {
                byte[] block = new byte[(int) Math.min(BLOCK, left)];
                int read = in.readNBytes(block, 0, block.length);
                if (read < block.length) {
                    throw new EOFException(
                            "media ended after %d of %d bytes"
                                    .formatted(ref.bytes() - left + read, ref.bytes()));
                }
                left -= read;
                ready.put(new Read.Block(ByteBuffer.wrap(block)));
            }
            if (in.read() >= 0) { // at the end count and hash are checked
                throw new IOException(
                        "media longer than the %d bytes promised".formatted(ref.bytes()));
            }
        }

        private void broken(IOException cause) {
            try {
                ready.put(new Read.Broken(cause));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
