package io.heritage.transport.media;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A chunk as a record: the key is the upload's, the value raw bytes, and headers tell where it
 * belongs: {@code part} (UTF-8), {@code writer} (long, chosen at random for each part, so that two
 * workers who write the same part of the same job are told apart), {@code sequence} (int, from 0)
 * and {@code last} (one byte).
 */
public final class ChunkFormat {
    /** Two chunks with keys and headers fill one batch of 1 MiB, the largest every broker takes. */
    static final int CHUNK_BYTES = 510 << 10;

    private static final String PART = "part";
    private static final String WRITER = "writer";
    private static final String SEQUENCE = "sequence";
    private static final String LAST = "last";
    private static final byte[] YES = {1};
    private static final byte[] NO = {0};

    private ChunkFormat() {}

    static Headers headers(byte[] part, byte[] writer, int sequence, boolean last) {
        return new RecordHeaders()
                .add(PART, part)
                .add(WRITER, writer)
                .add(SEQUENCE, ByteBuffer.allocate(Integer.BYTES).putInt(sequence).array())
                .add(LAST, last ? YES : NO);
    }

    static byte[] writerId(long id) {
        return ByteBuffer.allocate(Long.BYTES).putLong(id).array();
    }

    static byte @Nullable [] part(Headers headers) {
        return value(headers.lastHeader(PART));
    }

    static byte @Nullable [] writer(Headers headers) {
        return value(headers.lastHeader(WRITER));
    }

    /** -1 where the record is no chunk. */
    static int sequence(Headers headers) {
        byte[] found = value(headers.lastHeader(SEQUENCE));
        return found == null || found.length != Integer.BYTES
                ? -1
                : ByteBuffer.wrap(found).getInt();
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }

    private static byte @Nullable [] value(@Nullable Header header) {
        return header == null ? null : header.value();
    }
}
