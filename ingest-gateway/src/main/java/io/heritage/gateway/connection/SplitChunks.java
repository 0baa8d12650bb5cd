package io.heritage.gateway.connection;

import io.helidon.common.buffers.DataReader;
import java.util.function.Supplier;

/**
 * Reads a connection for the HTTP/1.1 parser and shows it large chunks of a chunked body as several
 * small ones. The parser takes a chunk into memory whole, so without this a client could make it
 * take 2 GiB; it reads a chunk as {@code readLine} (size), {@code readBuffer}, {@code skip(2)} and
 * uses {@code readLine} for nothing else.
 */
final class SplitChunks extends DataReader {
    private static final int MAX_CHUNK = 64 << 10;
    private static final int MAX_SIZE_LINE = 256;
    private static final int END_OF_LINE = 2;

    /** Bytes of the client's chunk that the parser has not read yet. */
    private long left;

    @SuppressWarnings({"deprecation", "removal"}) // the only constructor a subclass can call
    SplitChunks(Supplier<byte[]> connection) {
        super(connection);
    }

    @Override
    public String readLine() {
        if (left == 0) {
            String line = readShortLine();
            left = sizeIn(line);
            if (left <= MAX_CHUNK) {
                left = 0;
                return line;
            }
        }
        return Long.toHexString(Math.min(left, MAX_CHUNK));
    }

    @Override
    public io.helidon.common.buffers.BufferData readBuffer(int length) {
        left = Math.max(0, left - length);
        return super.readBuffer(length);
    }

    @Override
    public void skip(int length) {
        boolean withinChunk = length == END_OF_LINE && left > 0;
        if (!withinChunk) {
            super.skip(length);
        }
    }

    private String readShortLine() {
        int end = findNewLine(MAX_SIZE_LINE);
        if (end >= MAX_SIZE_LINE) {
            throw new IncorrectNewLineException(
                    "A chunk's size line is longer than " + MAX_SIZE_LINE + " bytes");
        }
        String line = readAsciiString(end);
        super.skip(END_OF_LINE);
        return line;
    }

    /** 0 for an invalid size, whose line the parser rejects. */
    private static long sizeIn(String line) {
        try {
            return Math.max(0, Long.parseLong(line.strip(), 16));
        } catch (NumberFormatException notASize) {
            return 0;
        }
    }
}
