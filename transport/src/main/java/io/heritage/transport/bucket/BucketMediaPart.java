package io.heritage.transport.bucket;

import io.heritage.schemas.MediaRef;
import io.heritage.transport.media.MediaPart;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Fills the buffer. A full buffer becomes a part of an object when the next byte comes. Media that
 * end before become an object of their own, or chunks in Kafka. One thread.
 */
final class BucketMediaPart extends MediaPart {
    private final BucketMediaUpload upload;
    private final String name;
    private final String mediaType;
    private final String key;
    private final MessageDigest hash = BucketInputStream.sha256();
    private @Nullable S3Object object;
    private @Nullable MediaPart small;
    private @Nullable MediaRef stored;
    private int filled;
    private long bytes;
    private boolean closed;
    private boolean failed;

    BucketMediaPart(BucketMediaUpload upload, String name, String mediaType) {
        this.upload = upload;
        this.name = name;
        this.mediaType = mediaType;
        this.key = upload.newKey(name);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length);
        if (closed) {
            throw new IOException("part " + name + " is closed");
        }
        byte[] buffer = upload.buffer();
        int done = 0;
        while (done < length) {
            if (filled == buffer.length) {
                send();
            }
            int step = Math.min(length - done, buffer.length - filled);
            System.arraycopy(source, offset + done, buffer, filled, step);
            filled += step;
            done += step;
        }
    }

    /** Returns when the service or the producer has the last bytes. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (failed) {
            return; // and is removed with the upload
        }
        if (object == null && !upload.bucket().isLarge(filled)) {
            small = upload.small().part(name, mediaType);
            small.write(upload.buffer(), 0, filled);
            small.close();
            return;
        }
        byte[] buffer = upload.buffer();
        hash.update(buffer, 0, filled);
        bytes += filled;
        storing(() -> {
            S3Object begun = object;
            if (begun == null) {
                upload.bucket().bucket().put(key, mediaType, buffer, filled);
            } else {
                begun.add(buffer, filled);
                begun.complete();
            }
        });
        stored =
                new MediaRef.InBucket(
                        key, name, bytes, HexFormat.of().formatHex(hash.digest()), mediaType);
    }

    @Override
    public MediaRef durable() {
        if (small != null) {
            return small.durable();
        }
        if (stored == null) {
            throw new IllegalStateException(
                    "part %s %s"
                            .formatted(
                                    name,
                                    closed ? "was not stored completely" : "is not closed yet"));
        }
        return stored;
    }

    boolean isClosed() {
        return closed;
    }

    /** Removes the parts that were sent. */
    void abandon() {
        closed = true;
        if (object != null) {
            object.close();
        }
    }

    /** Begins the next part. */
    void forget() {
        if (stored == null) {
            abandon();
        }
    }

    private void send() {
        byte[] buffer = upload.buffer();
        hash.update(buffer, 0, filled);
        storing(() -> {
            if (object == null) {
                object = upload.bucket().bucket().begin(key, mediaType);
            }
            object.add(buffer, filled);
        });
        bytes += filled;
        filled = 0;
    }

    private void storing(Runnable call) {
        try {
            call.run();
        } catch (SdkException e) {
            failed = true;
            throw upload.bucket().unavailable("media cannot be stored", e);
        }
    }
}
