package io.heritage.transport.media;

import io.heritage.schemas.MediaRef;
import io.heritage.transport.kafka.TransportUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one piece of media, chunk by chunk. Takes a reader with the first read and gives it
 * back with the last byte.
 */
final class ChunkInputStream extends InputStream {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MediaRef.InKafka ref;
    private final MediaReaders readers;
    private final TopicPartition partition;
    private final byte[] key;
    private final byte[] part;
    private byte @Nullable [] writer;
    private final MessageDigest hash = ChunkFormat.sha256();
    private @Nullable ChunkReader reader;
    private ByteBuffer chunk = NOTHING;
    private int chunksRead;
    private long bytesRead;
    private boolean verified;
    private boolean fromTheMiddle;
    private boolean closed;

    ChunkInputStream(MediaRef.InKafka ref, MediaReaders readers) {
        this.ref = ref;
        this.readers = readers;
        this.partition = new TopicPartition(ref.topic(), ref.partition());
        this.key = ChunkFormat.utf8(ref.key());
        this.part = ChunkFormat.utf8(ref.part());
    }

    /**
     * Seeks to a byte; called before the first read. All chunks but the last are as long as the
     * first, and the n-th lies at least n records behind it. So only the first chunk is read in
     * addition to those from the byte on.
     *
     * @param from 0 to the length
     */
    void begin(long from) throws IOException {
        if (from <= 0) {
            return;
        }
        fromTheMiddle = true;
        if (from >= ref.bytes()) {
            chunksRead = ref.chunks();
            return;
        }
        take(nextChunk());
        int length = chunk.remaining();
        int wanted = length == 0 ? 0 : (int) (from / length);
        if (wanted > 0) {
            openReader().moveTo(partition, ref.firstOffset() + wanted);
            take(chunkWith(wanted));
        }
        chunk.position(chunk.position() + (int) (from - (long) wanted * length));
    }

    private ConsumerRecord<byte[], ByteBuffer> chunkWith(int sequence) throws MediaLost {
        ConsumerRecord<byte[], ByteBuffer> found = nextChunk();
        while (ChunkFormat.sequence(found.headers()) < sequence) {
            found = nextChunk();
        }
        chunksRead = sequence;
        return found;
    }

    @Override
    public int read() throws IOException {
        return advance() ? chunk.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (!advance()) {
            return -1;
        }
        int step = Math.min(length, chunk.remaining());
        chunk.get(target, offset, step);
        return step;
    }

    @Override
    public long transferTo(OutputStream out) throws IOException {
        long moved = 0;
        while (advance()) {
            int step = chunk.remaining();
            if (chunk.hasArray()) {
                out.write(chunk.array(), chunk.arrayOffset() + chunk.position(), step);
                chunk.position(chunk.limit());
            } else {
                byte[] copy = new byte[step];
                chunk.get(copy);
                out.write(copy);
            }
            moved += step;
        }
        return moved;
    }

    @Override
    public int available() {
        return chunk.remaining();
    }

    @Override
    public void close() {
        closed = true;
        chunk = NOTHING;
        releaseReader();
    }

    /** Whether there is a byte to read; at the end checks chunk count, length and hash. */
    private boolean advance() throws IOException {
        if (closed) {
            throw new IOException("the stream of " + ref.key() + "/" + ref.part() + " is closed");
        }
        while (!chunk.hasRemaining() && chunksRead < ref.chunks()) {
            take(nextChunk());
        }
        if (chunk.hasRemaining()) {
            return true;
        }
        verify();
        return false;
    }

    private void take(ConsumerRecord<byte[], ByteBuffer> record) throws MediaLost {
        int sequence = isOurs(record) ? ChunkFormat.sequence(record.headers()) : -1;
        if (sequence < 0) {
            throw lost("another record is at its first offset");
        }
        if (sequence != chunksRead) {
            throw lost(
                    "chunk %d is missing, found %d in its place".formatted(chunksRead, sequence));
        }
        chunk = record.value() == null ? NOTHING : record.value();
        hash.update(chunk.duplicate());
        bytesRead += chunk.remaining();
        chunksRead++;
    }

    private ConsumerRecord<byte[], ByteBuffer> nextChunk() throws MediaLost {
        try {
            return search(openReader());
        } catch (OffsetOutOfRangeException e) {
            throw gone();
        } catch (InterruptException e) {
            discardReader();
            Thread.currentThread().interrupt();
            throw new TransportUnavailable("interrupted while reading " + where(), e);
        } catch (KafkaException e) {
            discardReader();
            throw new TransportUnavailable("cannot read " + where(), e);
        }
    }

    private ConsumerRecord<byte[], ByteBuffer> search(ChunkReader from) throws MediaLost {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (from.position() <= ref.lastOffset()) {
            ConsumerRecord<byte[], ByteBuffer> record = from.next();
            if (record == null) {
                requireTime(deadline);
            } else if (record.offset() == ref.firstOffset()) {
                writer = ChunkFormat.writer(record.headers());
                return record;
            } else if (chunksRead > 0 && isOurs(record)) {
                return record;
            }
        }
        throw lost("%d of %d chunks were found".formatted(chunksRead, ref.chunks()));
    }

    private boolean isOurs(ConsumerRecord<byte[], ByteBuffer> record) {
        return Arrays.equals(key, record.key())
                && Arrays.equals(part, ChunkFormat.part(record.headers()))
                && Arrays.equals(writer, ChunkFormat.writer(record.headers()));
    }

    private void requireTime(long deadline) {
        if (System.nanoTime() > deadline) {
            throw new TransportUnavailable(
                    "no chunk arrived for %s while reading %s".formatted(PATIENCE, where()));
        }
    }

    private void verify() throws MediaLost {
        if (verified) {
            return;
        }
        releaseReader();
        if (fromTheMiddle) {
            return;
        }
        if (bytesRead != ref.bytes()) {
            throw lost("%d bytes were found, expected %d".formatted(bytesRead, ref.bytes()));
        }
        String found = ChunkFormat.hex(hash.digest());
        if (!found.equals(ref.sha256())) {
            throw lost("its sha-256 is %s, expected %s".formatted(found, ref.sha256()));
        }
        verified = true;
    }

    private MediaLost gone() {
        long firstKept = openReader().firstKept();
        discardReader();
        return lost(
                firstKept > ref.firstOffset()
                        ? "retention removed it: the first record kept is " + firstKept
                        : "the partition ends before it");
    }

    private MediaLost lost(String why) {
        releaseReader();
        return new MediaLost("%s is not readable: %s".formatted(where(), why));
    }

    private String where() {
        return "part %s of %s in %s, offsets %d to %d"
                .formatted(ref.part(), ref.key(), partition, ref.firstOffset(), ref.lastOffset());
    }

    private ChunkReader openReader() {
        if (reader == null) {
            reader = readers.borrow(partition, ref.firstOffset(), ref.bytes());
        }
        return reader;
    }

    private void releaseReader() {
        ChunkReader current = reader;
        reader = null;
        if (current != null) {
            readers.giveBack(current);
        }
    }

    /** Discards the reader after an error, because its state is unknown. */
    private void discardReader() {
        ChunkReader current = reader;
        reader = null;
        if (current != null) {
            current.close();
        }
    }
}
