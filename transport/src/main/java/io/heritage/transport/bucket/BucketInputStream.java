package io.heritage.transport.bucket;

import io.heritage.schemas.MediaRef;
import io.heritage.transport.media.MediaLost;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The bytes of one object. A broken connection is reopened at the same offset. At the end length
 * and hash are checked, the hash if it was read from the first byte on. One thread.
 */
final class BucketInputStream extends InputStream {
    private static final int ATTEMPTS = 3;
    private static final int NOT_FOUND = 404;
    private static final int RANGE = 416;

    private final MediaBucket bucket;
    private final MediaRef.InBucket ref;
    private final @Nullable MessageDigest hash;
    private @Nullable ResponseInputStream<GetObjectResponse> object;
    private long position;

    /** Since there were bytes. */
    private int brokenOff;

    private boolean verified;
    private boolean closed;

    /** Connects with the first read. */
    BucketInputStream(MediaBucket bucket, MediaRef.InBucket ref, long from) {
        this.bucket = bucket;
        this.ref = ref;
        this.position = from;
        this.hash = from == 0 ? sha256() : null;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (closed) {
            throw new IOException("the stream of " + ref.object() + " is closed");
        }
        if (length == 0) {
            return 0;
        }
        if (position >= ref.bytes()) {
            verify();
            return -1;
        }
        int most = (int) Math.min(length, ref.bytes() - position);
        int read = readOnce(into, offset, most);
        position += read;
        if (hash != null) {
            hash.update(into, offset, read);
        }
        return read;
    }

    private int readOnce(byte[] into, int offset, int length) throws IOException {
        while (true) {
            try {
                int read = opened().read(into, offset, length);
                if (read >= 0) {
                    brokenOff = 0;
                    return read;
                }
            } catch (MediaLost e) {
                throw e;
            } catch (IOException e) {
                if (++brokenOff == ATTEMPTS) {
                    throw bucket.unavailable("an object ended early", e);
                }
                drop();
                continue;
            } catch (SdkException interrupted) {
                throw bucket.unavailable("an object was not read to its end", interrupted);
            }
            throw bucket.lost(
                    ref, "%d bytes were found, expected %d".formatted(position, ref.bytes()));
        }
    }

    private ResponseInputStream<GetObjectResponse> opened() throws IOException {
        if (object == null) {
            try {
                object = bucket.bucket().get(ref.object(), position);
            } catch (S3Exception e) {
                if (e.statusCode() == NOT_FOUND) {
                    throw bucket.lost(ref, "the object no longer exists");
                }
                if (e.statusCode() == RANGE) {
                    throw bucket.lost(ref, "it is shorter than %d bytes".formatted(ref.bytes()));
                }
                throw bucket.unavailable("an object cannot be read", e);
            } catch (SdkException e) {
                throw bucket.unavailable("an object cannot be read", e);
            }
            long length = position + object.response().contentLength();
            if (length != ref.bytes()) {
                throw bucket.lost(
                        ref, "%d bytes were found, expected %d".formatted(length, ref.bytes()));
            }
        }
        return object;
    }

    private void verify() throws IOException {
        if (verified || hash == null) {
            return;
        }
        String found = HexFormat.of().formatHex(hash.digest());
        if (!found.equals(ref.sha256())) {
            throw bucket.lost(ref, "its sha-256 is %s, expected %s".formatted(found, ref.sha256()));
        }
        verified = true;
    }

    /** The connection is of no use to others: it may be in the middle of the object. */
    private void drop() {
        ResponseInputStream<GetObjectResponse> open = object;
        object = null;
        if (open != null) {
            open.abort();
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        ResponseInputStream<GetObjectResponse> open = object;
        if (open != null && position >= ref.bytes()) {
            object = null;
            open.close();
        }
        drop();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
