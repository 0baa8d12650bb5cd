package io.heritage.gateway;

import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.MediaRef;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.media.MediaUpload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Keeps media on the heap, by {@code KEY/PART}. */
final class MemoryMedia implements MediaStore {
    final Map<String, byte[]> parts = new ConcurrentHashMap<>();
    final AtomicInteger openUploads = new AtomicInteger();
    final AtomicInteger uploads = new AtomicInteger();
    volatile boolean unavailable;
    volatile @Nullable RuntimeException refusal;
    volatile Duration kept = ExecutionPolicy.MAX;

    /** The part with that name, whatever upload it belongs to. */
    byte[] part(String name) {
        return parts.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("/" + name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no part " + name + " in " + parts.keySet()))
                .getValue();
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

    @Override
    public MediaUpload begin(String key) {
        if (unavailable) {
            throw new TransportUnavailable("no broker");
        }
        openUploads.incrementAndGet();
        uploads.incrementAndGet();
        return new MediaUpload() {
            @Override
            public MediaPart part(String name, String mediaType) {
                return new MemoryPart(key, name, mediaType);
            }

            @Override
            public void close() {
                openUploads.decrementAndGet();
            }
        };
    }

    @Override
    public InputStream open(MediaRef ref) {
        var kafka = (MediaRef.InKafka) ref;
        return new ByteArrayInputStream(part(kafka.part()));
    }

    private final class MemoryPart extends MediaPart {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final String key;
        private final String name;
        private final String mediaType;

        MemoryPart(String key, String name, String mediaType) {
            this.key = key;
            this.name = name;
            this.mediaType = mediaType;
        }

        @Override
        public void write(int b) {
            bytes.write(b);
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            bytes.write(from, offset, length);
        }

        @Override
        public void close() {
            parts.put(key + "/" + name, bytes.toByteArray());
        }

        @Override
        public MediaRef durable() {
            return new MediaRef.InKafka(
                    "heritage.media", 0, 0, 0, key, name, 1, bytes.size(), "", mediaType);
        }
    }
}
