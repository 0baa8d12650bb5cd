package io.heritage.transport.media;

import io.heritage.observe.Meters;
import io.heritage.observe.Metric;
import io.heritage.schemas.MediaRef;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;

/**
 * Counts the bytes written to a store, once they are durable, the bytes read from it, and errors.
 */
public final class MeteredMediaStore implements MediaStore {
    private final MediaStore store;
    private final String topic;
    private final Meters meters;

    /**
     * @param topic of the store, a label
     */
    public MeteredMediaStore(MediaStore store, String topic, Meters meters) {
        this.store = store;
        this.topic = topic;
        this.meters = meters;
    }

    @Override
    public MediaUpload begin(String key) {
        return metered(store.begin(key));
    }

    @Override
    public MediaUpload begin(String key, long bytes) {
        try {
            return metered(store.begin(key, bytes));
        } catch (MediaQuotaReached | DiskFull e) {
            throw counted(e);
        }
    }

    @Override
    public void requireRoom(long bytes) {
        try {
            store.requireRoom(bytes);
        } catch (MediaQuotaReached | DiskFull e) {
            throw counted(e);
        }
    }

    @Override
    public void requireDisk() {
        store.requireDisk();
    }

    @Override
    public Duration kept() {
        return store.kept();
    }

    @Override
    public boolean keeps(MediaRef ref) {
        return store.keeps(ref);
    }

    @Override
    public InputStream open(MediaRef ref) throws IOException {
        return metered(ref, () -> store.open(ref));
    }

    @Override
    public InputStream open(MediaRef ref, long from) throws IOException {
        return metered(ref, () -> store.open(ref, from));
    }

    @FunctionalInterface
    private interface Opening {
        InputStream open() throws IOException;
    }

    private InputStream metered(MediaRef ref, Opening opening) throws IOException {
        try {
            return new MeteredInput(ref, opening.open());
        } catch (MediaLost e) {
            meters.count(Metric.MEDIA_ERRORS, "lost");
            throw e;
        }
    }

    private RuntimeException counted(RuntimeException refusal) {
        meters.count(
                Metric.MEDIA_ERRORS, refusal instanceof DiskFull ? "disk_full" : "quota_reached");
        return refusal;
    }

    private void count(String direction, MediaRef ref, long bytes) {
        meters.add(Metric.MEDIA_BYTES, bytes, direction, storeOf(ref), topic);
    }

    /** Media with pieces in both stores have the label {@code both}. */
    private static String storeOf(MediaRef ref) {
        List<String> stores =
                ref.pieces().stream().map(MeteredMediaStore::storeOfPiece).distinct().toList();
        return stores.size() == 1 ? stores.getFirst() : "both";
    }

    private static String storeOfPiece(MediaRef.Piece piece) {
        return switch (piece) {
            case MediaRef.InKafka _ -> "kafka";
            case MediaRef.InBucket _ -> "bucket";
        };
    }

    private MediaUpload metered(MediaUpload upload) {
        return new MediaUpload() {
            @Override
            public MediaPart part(String name, String mediaType) {
                return new MeteredPart(upload.part(name, mediaType));
            }

            @Override
            public void close() {
                upload.close();
            }
        };
    }

    private final class MeteredPart extends MediaPart {
        private final MediaPart part;
        private boolean counted;

        MeteredPart(MediaPart part) {
            this.part = part;
        }

        @Override
        public void write(int b) throws IOException {
            part.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            part.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            part.flush();
        }

        @Override
        public void close() throws IOException {
            part.close();
        }

        @Override
        public MediaRef durable() {
            MediaRef ref = part.durable();
            if (!counted) {
                counted = true;
                count("written", ref, ref.bytes());
            }
            return ref;
        }
    }

    private final class MeteredInput extends FilterInputStream {
        private final MediaRef ref;
        private long read;

        MeteredInput(MediaRef ref, InputStream in) {
            super(in);
            this.ref = ref;
        }

        @Override
        public int read() throws IOException {
            try {
                int b = in.read();
                read += b < 0 ? 0 : 1;
                return b;
            } catch (MediaLost e) {
                throw lost(e);
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                int count = in.read(bytes, offset, length);
                read += Math.max(0, count);
                return count;
            } catch (MediaLost e) {
                throw lost(e);
            }
        }

        @Override
        public void close() throws IOException {
            super.close();
            if (read > 0) {
                count("read", ref, read);
                read = 0;
            }
        }

        private MediaLost lost(MediaLost e) {
            meters.count(Metric.MEDIA_ERRORS, "lost");
            return e;
        }
    }
}
