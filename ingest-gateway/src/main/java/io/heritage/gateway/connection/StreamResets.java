package io.heritage.gateway.connection;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Detects resets of streams in the bytes of an HTTP/2 client (RFC 9113, section 6.4). The server
 * ends such a stream without notice, so a thread that waits for its job would wait to the end. The
 * bytes are passed on unchanged.
 */
final class StreamResets implements Supplier<byte[]> {
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** The head of a frame: length in three bytes, type, flags, and the stream in four. */
    private static final int HEAD = 9;

    private static final int TYPE = 3;
    private static final int STREAM = 5;
    private static final byte RST_STREAM = 3;

    private final Supplier<byte[]> connection;
    private final IntConsumer whenReset;
    private final byte[] head = new byte[HEAD];
    private boolean isHttp2 = true;
    private int prefaceSeen;
    private int headSeen;
    private int payloadLeft;

    /**
     * @param whenReset told the number of a stream, by the thread that reads the connection and
     *     before the server has it; it may be one that was never opened
     */
    StreamResets(Supplier<byte[]> connection, IntConsumer whenReset) {
        this.connection = connection;
        this.whenReset = whenReset;
    }

    /** The next bytes; null at the end, which is what the parser expects. */
    @Override
    @SuppressWarnings("NullAway") // the supplier's contract with its reader
    public byte[] get() {
        byte[] bytes = connection.get();
        look(bytes);
        return bytes;
    }

    private void look(byte @Nullable [] bytes) {
        int at = 0;
        while (bytes != null && isHttp2 && at < bytes.length) {
            if (prefaceSeen < PREFACE.length) {
                isHttp2 = bytes[at++] == PREFACE[prefaceSeen++];
            } else if (payloadLeft > 0) {
                int passed = Math.min(payloadLeft, bytes.length - at);
                payloadLeft -= passed;
                at += passed;
            } else {
                head[headSeen++] = bytes[at++];
                if (headSeen == HEAD) {
                    headSeen = 0;
                    frame(ByteBuffer.wrap(head));
                }
            }
        }
    }

    private void frame(ByteBuffer frame) {
        payloadLeft = frame.getInt(0) >>> 8;
        if (frame.get(TYPE) == RST_STREAM) {
            whenReset.accept(frame.getInt(STREAM) & Integer.MAX_VALUE);
        }
    }
}
