package io.heritage.media;

import io.heritage.media.HeaderBytes.CutOff;

/**
 * Finds the frame size in the sequence headers of AV1 (AV1 specification, 5.3 to 5.5): libaom takes
 * memory for it before FFmpeg can compare it with a limit.
 */
final class Av1Sequences {

    private static final int SEQUENCE_HEADER = 1;
    private static final int LONGEST_SIZE = 8;

    private final HeaderBytes bytes;
    private long bit;

    private Av1Sequences(HeaderBytes bytes) {
        this.bytes = bytes;
    }

    /** Limit of the frame size. */
    private interface Limit {
        void check(int width, int height);
    }

    /**
     * @param units open bitstream units of one packet
     * @throws MediaRejected if a sequence's frames are larger than this
     * @throws CutOff if a unit ends early
     */
    static void check(HeaderBytes units, int width, int height) throws CutOff {
        check(
                units,
                (foundWidth, foundHeight) -> {
                    if (foundWidth > width || foundHeight > height) {
                        throw new MediaRejected(
                                "AV1 pictures of %dx%d in a file that says %dx%d"
                                        .formatted(foundWidth, foundHeight, width, height));
                    }
                });
    }

    /**
     * @param units open bitstream units of one packet
     * @throws MediaRejected if a sequence's frames are beyond the limits
     * @throws CutOff if a unit ends early
     */
    static void check(HeaderBytes units, ImageLimits limits) throws CutOff {
        check(units, limits::check);
    }

    private static void check(HeaderBytes units, Limit limit) throws CutOff {
        long at = 0;
        while (at < units.length()) {
            int head = units.u8(at++);
            at += (head & 4) == 0 ? 0 : 1; // extension
            long length = units.length() - at;
            if ((head & 2) != 0) {
                length = 0;
                int read = 0;
                int next;
                do {
                    next = units.u8(at++);
                    length |= (next & 0x7fL) << (7 * read);
                    read++;
                } while ((next & 0x80) != 0 && read < LONGEST_SIZE);
            }
            HeaderBytes unit = units.slice(at, length);
            if ((head >> 3 & 15) == SEQUENCE_HEADER) {
                new Av1Sequences(unit).checkSize(limit);
            }
            at += length;
        }
    }

    private void checkSize(Limit limit) throws CutOff {
        bits(4); // profile, still picture
        boolean reduced = bits(1) == 1;
        if (reduced) {
            bits(5);
        } else {
            skipOperatingPoints();
        }
        int widthBits = (int) bits(4) + 1;
        int heightBits = (int) bits(4) + 1;
        int width = (int) bits(widthBits) + 1;
        int height = (int) bits(heightBits) + 1;
        limit.check(width, height);
    }

    private void skipOperatingPoints() throws CutOff {
        boolean timing = bits(1) == 1;
        boolean model = false;
        int delayBits = 0;
        if (timing) {
            bits(32);
            bits(32);
            if (bits(1) == 1) {
                skipVariableLength();
            }
            model = bits(1) == 1;
            if (model) {
                delayBits = (int) bits(5) + 1;
                bits(32);
                bits(10);
            }
        }
        boolean delays = bits(1) == 1;
        int points = (int) bits(5) + 1;
        for (int i = 0; i < points; i++) {
            bits(12);
            if (bits(5) > 7) {
                bits(1);
            }
            if (model && bits(1) == 1) {
                bits(delayBits);
                bits(delayBits);
                bits(1);
            }
            if (delays && bits(1) == 1) {
                bits(4);
            }
        }
    }

    private void skipVariableLength() throws CutOff {
        int zeros = 0;
        while (bits(1) == 0) {
            zeros++;
        }
        bits(Math.min(zeros, 32));
    }

    private long bits(int count) throws CutOff {
        long value = 0;
        for (int i = 0; i < count; i++, bit++) {
            value = value << 1 | (bytes.u8(bit >> 3) >> (7 - (bit & 7)) & 1);
        }
        return value;
    }
}
