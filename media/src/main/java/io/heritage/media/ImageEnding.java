package io.heritage.media;

import java.nio.ByteBuffer;

/**
 * Finds pictures that were cut off in the middle of their pixels: FFmpeg's JPEG decoder fills the
 * rest with grey.
 */
final class ImageEnding {

    private static final int GIF_EXTENSION = 0x21;
    private static final int JPEG_END = 0xd9;
    private static final int IDAT = 0x49444154;

    private ImageEnding() {}

    /**
     * @throws MediaRejected if the file ends before its picture does
     */
    static void check(ImageFormat format, ByteBuffer bytes) {
        switch (format) {
            case JPEG -> checkJpeg(bytes);
            case WEBP -> checkWebp(bytes);
            case PNG -> checkPng(bytes);
            case GIF -> checkGif(bytes);
            case BMP, TIFF -> {} // their decoders notice
        }
    }

    /**
     * The end marker FF D9 cannot occur inside of entropy coded data, only in an embedded thumbnail
     * before it.
     */
    private static void checkJpeg(ByteBuffer bytes) {
        int scan = -1;
        for (int i = bytes.limit() - 2; i >= 2 && scan < 0; i--) {
            if (bytes.get(i) == (byte) 0xff) {
                int marker = bytes.get(i + 1) & 0xff;
                if (marker == JPEG_END) {
                    return;
                }
                scan = marker == 0xda ? i : -1;
            }
        }
        throw new MediaRejected(
                "JPEG ends after %d bytes, within its pixels (no end marker)"
                        .formatted(bytes.limit()));
    }

    /** Chunks up to the last of the pixels must be there; IEND is not asked for. */
    private static void checkPng(ByteBuffer bytes) {
        long chunk = 8;
        boolean pixels = false;
        while (chunk + 12 <= bytes.limit()) {
            pixels |= bytes.getInt((int) chunk + 4) == IDAT;
            chunk += 12 + (bytes.getInt((int) chunk) & 0xffff_ffffL);
        }
        if (chunk > bytes.limit() || !pixels) {
            throw new MediaRejected(
                    "PNG ends after %d bytes, within its pixels".formatted(bytes.limit()));
        }
    }

    /** The first picture's blocks must end with the empty one. */
    private static void checkGif(ByteBuffer bytes) {
        HeaderBytes gif = new HeaderBytes(bytes);
        try {
            long at = 13 + colourTable(gif.u8(10));
            while (gif.u8(at) == GIF_EXTENSION) {
                at = endOfBlocks(gif, at + 2);
            }
            endOfBlocks(gif, at + 11 + colourTable(gif.u8(at + 9)));
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

    private static void checkWebp(ByteBuffer bytes) {
        long declared = 8 + (Integer.reverseBytes(bytes.getInt(4)) & 0xffff_ffffL);
        if (declared > bytes.limit() + 1L) {
            throw new MediaRejected(
                    "WebP ends after %d of %d bytes".formatted(bytes.limit(), declared));
        }
    }
}
