package io.heritage.media;

import java.nio.ByteBuffer;

/**
 * Finds the end of a picture by walking from its start, because cameras append videos and other
 * pictures. A picture that is truncated within its pixels is refused: FFmpeg's JPEG decoder would
 * fill the rest with grey.
 */
final class ImageEnding {

    private static final int GIF_EXTENSION = 0x21;
    private static final int JPEG_END = 0xd9;

    /** Smaller markers are data or reserved, not segments. ITU-T T.81, table B.1. */
    private static final int JPEG_SEGMENTS = 0xc0;

    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454e44;

    private ImageEnding() {}

    /**
     * @return bytes of the file that belong to its first picture
     * @throws MediaRejected if the file ends before its picture does
     */
    static int of(ImageFormat format, ByteBuffer bytes) {
        return switch (format) {
            case JPEG -> jpeg(bytes);
            case WEBP -> webp(bytes);
            case PNG -> png(bytes);
            case GIF -> gif(bytes);
            case BMP, TIFF, HEIC, AVIF -> bytes.limit(); // their decoders detect truncation
        };
    }

    /**
     * The end marker FF D9 cannot occur within entropy coded data, but can within a segment that
     * holds a thumbnail, so segments are skipped.
     */
    private static int jpeg(ByteBuffer bytes) {
        HeaderBytes jpeg = new HeaderBytes(bytes);
        try {
            long at = 2;
            while (true) {
                at = nextMarker(jpeg, at);
                if (jpeg.u8(at + 1) == JPEG_END) {
                    return (int) at + 2;
                }
                at += 2 + jpeg.u16(at + 2, false);
            }
        } catch (HeaderBytes.CutOff _) {
            throw new MediaRejected(
                    "JPEG ends after %d bytes, within its pixels (no end marker)"
                            .formatted(bytes.limit()));
        }
    }

    /** Offset of the next segment or the end marker, after entropy coded data, if any. */
    private static long nextMarker(HeaderBytes jpeg, long from) throws HeaderBytes.CutOff {
        long at = from;
        while (jpeg.u8(at) != 0xff || !isSegment(jpeg.u8(at + 1))) {
            at++;
        }
        return at;
    }

    private static boolean isSegment(int marker) {
        boolean restart = marker >= 0xd0 && marker <= 0xd7;
        return marker >= JPEG_SEGMENTS && marker != 0xff && !restart;
    }

    /** All chunks up to the last pixels must be complete; IEND may be missing. */
    private static int png(ByteBuffer bytes) {
        long chunk = 8;
        boolean pixels = false;
        while (chunk + 12 <= bytes.limit()) {
            int kind = bytes.getInt((int) chunk + 4);
            pixels |= kind == IDAT;
            chunk += 12 + (bytes.getInt((int) chunk) & 0xffff_ffffL);
            if (kind == IEND) {
                break;
            }
        }
        if (chunk > bytes.limit() || !pixels) {
            throw new MediaRejected(
                    "PNG ends after %d bytes, within its pixels".formatted(bytes.limit()));
        }
        return (int) chunk;
    }

    /** The first picture's blocks must end with the empty one. */
    private static int gif(ByteBuffer bytes) {
        HeaderBytes gif = new HeaderBytes(bytes);
        try {
            long at = 13 + colourTable(gif.u8(10));
            while (gif.u8(at) == GIF_EXTENSION) {
                at = endOfBlocks(gif, at + 2);
            }
            return (int) endOfBlocks(gif, at + 11 + colourTable(gif.u8(at + 9)));
        } catch (HeaderBytes.CutOff _) {
            throw new MediaRejected(
                    "GIF ends after %d bytes, within its pixels".formatted(bytes.limit()));
        }
    }

    private static long colourTable(int flags) {
        return (flags & 0x80) == 0 ? 0 : 3L << ((flags & 7) + 1);
    }

    private static long endOfBlocks(HeaderBytes gif, long start) throws HeaderBytes.CutOff {
        long at = start;
        for (int length = gif.u8(at); length > 0; length = gif.u8(at)) {
            at += 1 + length;
        }
        return at + 1;
    }

    /** The padding byte after the last chunk may be missing. */
    private static int webp(ByteBuffer bytes) {
        long declared = 8 + (Integer.reverseBytes(bytes.getInt(4)) & 0xffff_ffffL);
        if (declared > bytes.limit() + 1L) {
            throw new MediaRejected(
                    "WebP ends after %d of %d bytes".formatted(bytes.limit(), declared));
        }
        return (int) Math.min(declared, bytes.limit());
    }
}
