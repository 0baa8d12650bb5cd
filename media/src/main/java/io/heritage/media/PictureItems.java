package io.heritage.media;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Finds still pictures (HEIF items) among the boxes of a video. FFmpeg's demuxer makes a track of
 * each, and aborts the process at one without bytes: docs/rationale.md, "Videos that hold still
 * pictures are refused". {@link HeifItems} reads files that are pictures.
 */
final class PictureItems {
    /** The box that lists them: ISO 14496-12, 8.11.6. */
    private static final int LIST = type("iinf");

    private static final int MEDIA = type("mdat");
    private static final int HEADER = 8;
    private static final int LONG_HEADER = 16;
    private static final int BLOCK = 64 << 10;

    private final FileChannel file;
    private final long length;

    private PictureItems(FileChannel file) throws IOException {
        this.file = file;
        this.length = file.size();
    }

    /**
     * @param path of a file that FFmpeg takes for one of boxes
     * @throws MediaRejected if it holds any
     */
    static void refuse(Path path) {
        try (FileChannel file = FileChannel.open(path)) {
            if (new PictureItems(file).areThere()) {
                throw new MediaRejected(
                        "a video that also holds still pictures (HEIF items), which is not"
                                + " supported; expected a video only");
            }
        } catch (IOException e) {
            throw new MediaRejected("a file that cannot be read: " + e.getMessage(), e);
        }
    }

    /** Skips the bytes of media, and scans all other bytes, whatever the boxes say. */
    private boolean areThere() throws IOException {
        long at = 0;
        while (at < length) {
            long end = endOfMedia(at);
            if (end < 0) {
                end = endOfOther(at);
                if (isNamedWithin(at, end)) {
                    return true;
                }
            }
            at = end;
        }
        return false;
    }

    /** End of a box of media at this place; negative if there is none within the file. */
    private long endOfMedia(long at) throws IOException {
        ByteBuffer header = read(at, LONG_HEADER);
        if (header.remaining() < HEADER || header.getInt(4) != MEDIA) {
            return -1;
        }
        long size = sizeOf(header, at);
        return size < HEADER || size > length - at ? -1 : at + size;
    }

    private long endOfOther(long at) throws IOException {
        ByteBuffer header = read(at, LONG_HEADER);
        long size = header.remaining() < HEADER ? 0 : sizeOf(header, at);
        return size < HEADER || size > length - at ? length : at + size;
    }

    private long sizeOf(ByteBuffer header, long at) {
        long size = header.getInt(0) & 0xffff_ffffL;
        if (size == 1 && header.remaining() == LONG_HEADER) {
            return header.getLong(HEADER);
        }
        return size == 0 ? length - at : size;
    }

    private boolean isNamedWithin(long from, long end) throws IOException {
        for (long at = from; at < end; at += BLOCK) {
            ByteBuffer bytes = read(at, (int) Math.min(length - at, BLOCK + Integer.BYTES - 1));
            for (int i = 0; i + Integer.BYTES <= bytes.remaining(); i++) {
                if (bytes.getInt(i) == LIST) {
                    return true;
                }
            }
        }
        return false;
    }

    private ByteBuffer read(long at, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, at + buffer.position()) < 0) {
                break;
            }
        }
        return buffer.flip();
    }

    private static int type(String name) {
        return ByteBuffer.wrap(name.getBytes(US_ASCII)).getInt();
    }
}
