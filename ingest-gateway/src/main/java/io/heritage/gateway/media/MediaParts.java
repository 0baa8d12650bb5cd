package io.heritage.gateway.media;

import io.heritage.gateway.limit.UploadTurns;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.media.MediaUpload;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Upload of one request's media to Kafka. The turn is taken with the first of them, so that a
 * request without media does not wait.
 */
public final class MediaParts implements MediaTarget, AutoCloseable {
    private final MediaStore store;
    private final UploadTurns turns;
    private final String owner;
    private final String key;
    private final long bytes;
    private final List<Supplier<SubmittedMedia>> parts = new ArrayList<>();
    private @Nullable Runnable endTurn;
    private @Nullable MediaUpload upload;

    /**
     * @param key of their chunks
     * @param bytes of all of them, at most; 0 if that is not known
     */
    public MediaParts(MediaStore store, UploadTurns turns, String owner, String key, long bytes) {
        this.store = store;
        this.turns = turns;
        this.owner = owner;
        this.key = key;
        this.bytes = bytes;
    }

    @Override
    public OutputStream begin(String name, String mediaType) {
        MediaUpload current = upload;
        if (current == null) {
            endTurn = turns.take(owner);
            current = store.begin(key, bytes);
            upload = current;
        }
        MediaPart part = current.part(name, mediaType);
        parts.add(() -> new SubmittedMedia.Durable(part.durable()));
        return part;
    }

    @Override
    public void named(String name, String text) {
        parts.add(() -> new SubmittedMedia.Named(name, text));
    }

    /** Dropped parts have no reference; retention removes them. */
    @Override
    public void drop() {
        parts.removeLast();
    }

    /**
     * Waits until Kafka has acknowledged all parts.
     *
     * @return in the order of their placeholders
     */
    public List<SubmittedMedia> durable() {
        return parts.stream().map(Supplier::get).toList();
    }

    /** Retention removes parts that are not durable by now. */
    @Override
    public void close() {
        try {
            if (upload != null) {
                upload.close();
            }
        } finally {
            if (endTurn != null) {
                endTurn.run();
            }
        }
    }
}
