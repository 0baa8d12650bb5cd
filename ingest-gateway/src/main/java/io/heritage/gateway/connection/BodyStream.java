package io.heritage.gateway.connection;

import io.heritage.gateway.error.BodyBroken;
import io.heritage.gateway.error.HttpFailure;
import io.heritage.gateway.limit.ByteSize;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The bytes of a request's body, counted and limited. */
public final class BodyStream extends InputStream {
    static final String STALLED = "the body stalled";

    private final InputStream in;
    private final ClientConnection client;
    private final long maxBytes;
    private final String declared;
    private final long contentLength;
    private long count;
    private long arrivedAt = System.nanoTime();
    private @Nullable MessageDigest hash;

    /**
     * @param contentLength -1 where the client does not tell
     */
    public BodyStream(InputStream in, ClientConnection client, long maxBytes, long contentLength) {
        this.client = client;
        this.in = in;
        this.maxBytes = maxBytes;
        this.contentLength = contentLength;
        this.declared = contentLength < 0 ? "" : " of " + contentLength;
    }

    /**
     * @throws HttpFailure 400 once it is over the limit
     */
    public static void checkSize(long bytes, long maxBytes) {
        if (bytes > maxBytes) {
            throw HttpFailure.badRequest("exceeded max body size of " + ByteSize.of(maxBytes));
        }
    }

    /** Bytes that base64 of the whole body decodes to; 0 if its length is not announced. */
    public long mostMediaBytes() {
        return Math.max(0, contentLength / 4 * 3);
    }

    /** Empty if the client does not announce it. */
    public OptionalLong declaredLength() {
        return contentLength < 0 ? OptionalLong.empty() : OptionalLong.of(contentLength);
    }

    /** Hashes all bytes read from now on. */
    public void hashed() {
        try {
            hash = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** SHA-256 of what was read, lower-case hexadecimal; null unless it was hashed. */
    public @Nullable String sha256() {
        return hash == null ? null : HexFormat.of().formatHex(hash.digest());
    }

    public long count() {
        return count;
    }

    /** By {@link System#nanoTime()}, when the latest bytes came. */
    public long arrivedAt() {
        return arrivedAt;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /**
     * @throws BodyBroken if the client stops in the middle
     */
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read = readFrom(into, offset, length);
        if (read > 0) {
            count += read;
            arrivedAt = System.nanoTime();
            if (hash != null) {
                hash.update(into, offset, read);
            }
            checkSize(count, maxBytes);
        }
        return read;
    }

    /** Maps the various unchecked exceptions of the server's reads to one. */
    private int readFrom(byte[] into, int offset, int length) throws BodyBroken {
        try {
            int read = client.read(in, into, offset, length);
            if (read < 0 && client.hasBrokenOff()) {
                throw new EOFException("the read was ended");
            }
            return read;
        } catch (IOException | RuntimeException e) {
            throw new BodyBroken(
                    !client.stalled().isEmpty()
                            ? client.stalled()
                            : "the body ended early, after %d%s bytes".formatted(count, declared),
                    e);
        }
    }
}
