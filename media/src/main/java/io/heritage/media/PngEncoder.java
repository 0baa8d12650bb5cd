package io.heritage.media;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames as PNG, 8-bit RGB or RGBA, fast: the best of the filters Sub, Up and Average, and
 * {@link LiteralBlocks}; zlib at a low level for flat areas. Buffers are made once for a width and
 * used for every frame. One thread at a time; close frees zlib's memory.
 */
public final class PngEncoder implements AutoCloseable {

    /** The zlib level of jobs; it affects flat areas only, others are not searched for matches. */
    public static final int DEFAULT_LEVEL = 1;

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte[] IDAT = {'I', 'D', 'A', 'T'};
    private static final int RGB = 3;
    private static final int RGBA = 4;
    private static final byte RGB_TYPE = 2;
    private static final byte RGBA_TYPE = 6;
    private static final int CHUNK_BYTES = 1 << 16;
    private static final int BATCH_BYTES = 1 << 16;

    /** Mean absolute difference below which zlib searches for repetitions. */
    private static final double FLAT_COST = 1;

    private final Deflater deflater;
    private final CRC32 crc = new CRC32();
    private final ByteBuffer small = ByteBuffer.allocate(16).order(ByteOrder.BIG_ENDIAN);
    private final LiteralBlocks literals = new LiteralBlocks();
    private final DeflateBits bits = new DeflateBits();
    private final Adler32 sum = new Adler32();
    private final byte[] found = new byte[1 << 13];
    private boolean searching;
    private byte[] batch = {};
    private PngRowFilter filter = new PngRowFilter(1, RGB);

    public PngEncoder() {
        this(DEFAULT_LEVEL);
    }

    /**
     * @param level of zlib, 0 (stored) to 9 (smallest)
     */
    public PngEncoder(int level) {
        deflater = new Deflater(level, true);
    }

    /**
     * Writes one picture; the stream stays open.
     *
     * @throws IOException from the stream only
     */
    public void encode(RgbFrame frame, OutputStream out) throws IOException {
        write(frame, null, out);
    }

    /**
     * Writes one picture with its transparency; the stream stays open.
     *
     * @param alpha of the frame's size
     * @throws IOException from the stream only
     */
    public void encode(RgbFrame frame, AlphaPlane alpha, OutputStream out) throws IOException {
        if (alpha.width() != frame.width() || alpha.height() != frame.height()) {
            throw new IllegalArgumentException(
                    "alpha of %dx%d for a frame of %dx%d"
                            .formatted(
                                    alpha.width(), alpha.height(), frame.width(), frame.height()));
        }
        write(frame, alpha, out);
    }

    private void write(RgbFrame frame, @Nullable AlphaPlane alpha, OutputStream out)
            throws IOException {
        frame.requireEightBit();
        begin();
        out.write(SIGNATURE);
        writeHeader(frame, alpha == null ? RGB_TYPE : RGBA_TYPE, out);
        writeRows(frame, alpha, out);
        writeChunk(new byte[] {'I', 'E', 'N', 'D'}, new byte[0], 0, out);
    }

    /** The zlib stream's head (RFC 1950, section 2.2): a window of 32 KiB, the fastest level. */
    private void begin() {
        sum.reset();
        searching = false;
        bits.reset();
        bits.ensure(Short.BYTES);
        bits.put(0x0178, 16);
    }

    private void writeHeader(RgbFrame frame, byte type, OutputStream out) throws IOException {
        byte[] header =
                ByteBuffer.allocate(13)
                        .putInt(frame.width())
                        .putInt(frame.height())
                        .put(
                                new byte[] {
                                    8, type, 0, 0, 0
                                }) // 8 bit, zlib, the five filters, not interlaced
                        .array();
        writeChunk(new byte[] {'I', 'H', 'D', 'R'}, header, header.length, out);
    }

    private void writeRows(RgbFrame frame, @Nullable AlphaPlane alpha, OutputStream out)
            throws IOException {
        int pixel = alpha == null ? RGB : RGBA;
        int rowBytes = frame.width() * pixel;
        if (filter.rowBytes() != rowBytes || filter.pixelBytes() != pixel) {
            filter = new PngRowFilter(rowBytes, pixel);
            batch = new byte[(1 + rowBytes) * Math.max(1, BATCH_BYTES / (1 + rowBytes))];
        }
        filter.begin();
        ByteBuffer pixels = frame.pixels();
        ByteBuffer mixed = ByteBuffer.allocate(alpha == null ? 0 : rowBytes);
        int filled = 0;
        long cost = 0;
        for (int y = 0; y < frame.height(); y++) {
            if (alpha == null) {
                filled += filter.next(pixels, y * rowBytes, batch, filled);
            } else {
                mix(pixels, alpha, y, mixed.clear());
                filled += filter.next(mixed, 0, batch, filled);
            }
            cost += filter.cost();
            if (filled == batch.length) {
                deflate(filled, cost, out);
                filled = 0;
                cost = 0;
            }
        }
        deflate(filled, cost, out);
        finish(out);
    }

    /** One row as RGBA. */
    private static void mix(ByteBuffer pixels, AlphaPlane alpha, int y, ByteBuffer row) {
        int first = y * alpha.width();
        for (int x = first; x < first + alpha.width(); x++) {
            row.put(pixels.get(x * RGB)).put(pixels.get(x * RGB + 1)).put(pixels.get(x * RGB + 2));
            row.put(alpha.samples().get(alpha.samples().position() + x));
        }
    }

    /**
     * If the differences are noise, searching for matches costs time and gains nothing, so they are
     * written as literals. If most are zero, zlib searches. Its output ends at a byte boundary, and
     * it is reset after literals, which it has not seen.
     */
    private void deflate(int bytes, long cost, OutputStream out) throws IOException {
        if (bytes == 0) {
            return;
        }
        sum.update(batch, 0, bytes);
        boolean flat = cost < bytes * FLAT_COST;
        if (flat && !searching) {
            LiteralBlocks.align(bits);
            deflater.reset();
        } else if (!flat && searching) {
            search(Deflater.SYNC_FLUSH, out);
        }
        searching = flat;
        if (flat) {
            deflater.setInput(batch, 0, bytes);
            search(Deflater.NO_FLUSH, out);
        } else {
            literals.write(batch, bytes, bits);
            flushChunk(out);
        }
    }

    private void search(int flush, OutputStream out) throws IOException {
        int length;
        do {
            length = deflater.deflate(found, 0, found.length, flush);
            bits.ensure(length);
            bits.putBytes(found, 0, length);
            if (bits.length() >= CHUNK_BYTES) {
                flushChunk(out);
            }
        } while (length == found.length);
    }

    private void finish(OutputStream out) throws IOException {
        if (searching) {
            deflater.finish();
            search(Deflater.NO_FLUSH, out);
        } else {
            LiteralBlocks.finish(bits);
        }
        bits.ensure(Integer.BYTES);
        bits.putBytes(small.clear().putInt((int) sum.getValue()).array(), 0, Integer.BYTES);
        flushChunk(out);
    }

    private void flushChunk(OutputStream out) throws IOException {
        if (bits.length() > 0) {
            writeChunk(IDAT, bits.bytes(), bits.length(), out);
            bits.taken();
        }
    }

    private void writeChunk(byte[] type, byte[] bytes, int length, OutputStream out)
            throws IOException {
        crc.reset();
        crc.update(type);
        crc.update(bytes, 0, length);
        out.write(small.clear().putInt(length).put(type).array(), 0, 8);
        out.write(bytes, 0, length);
        out.write(small.clear().putInt((int) crc.getValue()).array(), 0, 4);
    }

    @Override
    public void close() {
        deflater.end();
    }
}
