package io.heritage.transport.memory;

import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.MediaRef;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.media.JoinedInputStream;
import io.heritage.transport.media.MediaLost;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.media.MediaUpload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Media by reference; every part is one chunk, whatever its length. */
public final class MemoryMediaStore implements MediaStore {
    private final String topic;
    private final Map<MediaRef, byte[]> parts = new ConcurrentHashMap<>();
    private final AtomicLong offset = new AtomicLong();
    private final AtomicInteger openUploads = new AtomicInteger();
    private final AtomicInteger uploads = new AtomicInteger();
    private volatile boolean unavailable;
    private volatile @Nullable RuntimeException refusal;
    private volatile Duration kept = ExecutionPolicy.MAX;

    MemoryMediaStore(String topic) {
        this.topic = topic;
    }

    @Override
    public MediaUpload begin(String key) {
        if (unavailable) {
            throw new TransportUnavailable("this test has no Kafka for media");
        }
        openUploads.incrementAndGet();
        uploads.incrementAndGet();
        return new Upload(key);
    }

    @Override
    public void requireRoom(long bytes) {
        RuntimeException refused = refusal;
        if (refused != null) {
            throw refused;
        }
    }

    @Override
    public Duration kept() {
        return kept;
    }

    /**
     * @param newRefusal what {@link #requireRoom} throws; null for nothing
     */
    public void refuse(@Nullable RuntimeException newRefusal) {
        refusal = newRefusal;
    }

    public void keepFor(Duration time) {
        kept = time;
    }

    @Override
    public InputStream open(MediaRef ref) {
        return switch (ref) {
            case MediaRef.Piece piece -> new Stored(piece);
            case MediaRef.Joined joined -> new JoinedInputStream(joined, this::open);
        };
    }

    /** The part of that name, whatever upload it belongs to. */
    public byte[] part(String name) {
        return parts.entrySet().stream()
                .filter(entry -> ((MediaRef.InKafka) entry.getKey()).part().equals(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no part " + name + " in " + parts.keySet()))
                .clone();
    }

    /** Every finished part, as {@code KEY/PART}. */
    public List<String> keys() {
        return parts.keySet().stream()
                .map(MediaRef.InKafka.class::cast)
                .map(ref -> ref.key() + "/" + ref.part())
                .toList();
    }

    public void clear() {
        parts.clear();
    }

    /** Number of finished parts. */
    public int parts() {
        return parts.size();
    }

    public int openUploads() {
        return openUploads.get();
    }

    /** Number of uploads begun until now. */
    public int uploads() {
        return uploads.get();
    }

    /** From now on as if Kafka did not answer, or as if it did again. */
    public void setUnavailable(boolean unavailable) {
        this.unavailable = unavailable;
    }

    void remove(MediaRef ref) {
        parts.remove(ref);
    }

    private final class Upload implements MediaUpload {
        private final String key;
        private @Nullable Part current;
        private boolean closed;

        private Upload(String key) {
            this.key = key;
        }

        @Override
        public MediaPart part(String name, String mediaType) {
            if (closed || (current != null && !current.closed)) {
                throw new IllegalStateException(
                        "part %s of %s begins after the upload was closed or before the part before it was"
                                .formatted(name, key));
            }
            current = new Part(key, name, mediaType);
            return current;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                openUploads.decrementAndGet();
                if (current != null) {
                    current.closed = true;
                }
            }
        }
    }

    private final class Part extends MediaPart {
        private final String key;
        private final String name;
        private final String mediaType;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean closed;
        private @Nullable MediaRef ref;

        private Part(String key, String name, String mediaType) {
            this.key = key;
            this.name = name;
            this.mediaType = mediaType;
        }

        @Override
        public void write(int b) throws IOException {
            requireOpen();
            bytes.write(b);
        }

        @Override
        public void write(byte[] source, int from, int length) throws IOException {
            requireOpen();
            bytes.write(source, from, length);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                byte[] all = bytes.toByteArray();
                long at = offset.getAndIncrement();
                ref =
                        new MediaRef.InKafka(
                                topic, 0, at, at, key, name, 1, all.length, sha256(all), mediaType);
                parts.put(ref, all);
            }
        }

        @Override
        public MediaRef durable() {
            if (ref == null) {
                throw new IllegalStateException("part " + name + " of " + key + " is not closed");
            }
            return ref;
        }

        private void requireOpen() throws IOException {
            if (closed) {
                throw new IOException("part " + name + " of " + key + " is closed");
            }
        }
    }

    /** Looks for the bytes with the first read, as the store on Kafka does. */
    private final class Stored extends FilterInputStream {
        private final MediaRef ref;
        private boolean opened;
        private boolean closed;

        private Stored(MediaRef ref) {
            super(InputStream.nullInputStream());
            this.ref = ref;
        }

        @Override
        public int read() throws IOException {
            find();
            return super.read();
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            Objects.checkFromIndexSize(from, length, target.length);
            find();
            return super.read(target, from, length);
        }

        @Override
        public void close() {
            closed = true;
        }

        private void find() throws IOException {
            if (closed) {
                throw new IOException("the stream of " + ref + " is closed");
            }
            if (!opened) {
                byte[] found = parts.get(ref);
                if (found == null) {
                    throw new MediaLost(ref + " is not there");
                }
                in = new ByteArrayInputStream(found);
                opened = true;
            }
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
