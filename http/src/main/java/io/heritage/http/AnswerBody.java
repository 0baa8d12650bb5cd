package io.heritage.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The body of an answer, framed by a length, by chunks or by the end of the connection. RFC 9112,
 * sections 6 and 7.
 */
final class AnswerBody extends InputStream {
    private static final long TO_THE_END = Long.MAX_VALUE;

    private final InputStream in;
    private final boolean chunked;

    /** Bytes left of the chunk or of the body. */
    private long left;

    private boolean begun;
    private boolean ended;

    private AnswerBody(InputStream in, boolean chunked, long left) {
        this.in = in;
        this.chunked = chunked;
        this.left = left;
    }

    /**
     * @throws IOException if the framing is unknown
     */
    static InputStream of(InputStream in, Map<String, String> headers) throws IOException {
        String encoding =
                headers.getOrDefault("transfer-encoding", "").strip().toLowerCase(Locale.ROOT);
        String length = headers.getOrDefault("content-length", "");
        if (encoding.equals("chunked")) {
            return new AnswerBody(in, true, 0);
        }
        if (!encoding.isEmpty() || !length.matches("\\d{0,18}")) {
            throw new IOException("an HTTP answer with unsupported framing");
        }
        return new AnswerBody(in, false, length.isEmpty() ? TO_THE_END : Long.parseLong(length));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (chunked && left == 0 && !ended) {
            nextChunk();
        }
        if (ended || left == 0) {
            return -1;
        }
        int read = in.read(into, offset, (int) Math.min(length, left));
        if (read < 0 && left != TO_THE_END) {
            throw new EOFException("connection closed in the middle of an answer");
        }
        left -= left == TO_THE_END ? 0 : Math.max(0, read);
        return read;
    }

    private void nextChunk() throws IOException {
        if (begun && !AddressedHttp.line(in).isEmpty()) {
            throw new IOException("a chunk whose length does not match its data");
        }
        begun = true;
        String size = AddressedHttp.line(in).split(";", 2)[0].strip();
        if (!size.matches("[0-9a-fA-F]{1,15}")) {
            throw new IOException("a chunk without a length");
        }
        left = Long.parseLong(size, 16);
        ended = left == 0;
    }
}
