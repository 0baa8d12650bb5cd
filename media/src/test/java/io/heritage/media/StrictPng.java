package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/**
 * Reads PNG by the words of the specifications (RFC 1950, RFC 1951 and PNG) and without zlib, which
 * ImageIO and FFmpeg share. It also refuses what zlib would let pass: prefix codes with room left,
 * a wrong sum, bytes behind the end.
 */
final class StrictPng {

    private final int width;
    private final int height;
    private final int pixel;
    private final byte[] samples;

    /** 8 bit, RGB or RGBA. */
    StrictPng(byte[] png) {
        ByteBuffer file = ByteBuffer.wrap(png);
        assertThat(file.getLong()).isEqualTo(0x89504e470d0a1a0aL);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        ByteBuffer header = chunk(file, "IHDR");
        width = header.getInt();
        height = header.getInt();
        assertThat(header.get()).isEqualTo((byte) 8);
        pixel = header.get() == 2 ? 3 : 4;
        while (png[file.position() + 5] == 'D') {
            ByteBuffer part = chunk(file, "IDAT");
            data.write(png, part.position(), part.remaining());
        }
        chunk(file, "IEND");
        assertThat(file.remaining()).isZero();
        samples = unfiltered(inflated(data.toByteArray()));
    }

    private static ByteBuffer chunk(ByteBuffer file, String type) {
        int length = file.getInt();
        CRC32 crc = new CRC32();
        crc.update(file.slice(file.position(), 4 + length));
        byte[] found = new byte[4];
        file.get(found);
        assertThat(new String(found, StandardCharsets.ISO_8859_1)).isEqualTo(type);
        ByteBuffer content = file.duplicate().limit(file.position() + length);
        file.position(file.position() + length);
        assertThat(file.getInt()).isEqualTo((int) crc.getValue());
        return content;
    }

    /** A zlib stream's content; its sum is checked. */
    private static byte[] inflated(byte[] stream) {
        assertThat((stream[0] & 0xff) << 8 | stream[1] & 0xff)
                .satisfies(head -> assertThat(head % 31).isZero());
        StrictInflate inflate = new StrictInflate(stream, 2);
        byte[] content = inflate.content();
        Adler32 sum = new Adler32();
        sum.update(content);
        assertThat(inflate.end()).isEqualTo(stream.length - 4);
        assertThat(ByteBuffer.wrap(stream, stream.length - 4, 4).getInt())
                .isEqualTo((int) sum.getValue());
        return content;
    }

    private byte[] unfiltered(byte[] filtered) {
        int row = width * pixel;
        assertThat(filtered).hasSize((1 + row) * height);
        byte[] plain = new byte[row * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < row; x++) {
                int left = x < pixel ? 0 : plain[y * row + x - pixel] & 0xff;
                int up = y == 0 ? 0 : plain[(y - 1) * row + x] & 0xff;
                int predicted =
                        switch (filtered[y * (1 + row)]) {
                            case 0 -> 0;
                            case 1 -> left;
                            case 2 -> up;
                            case 3 -> (left + up) / 2;
                            default -> throw new AssertionError("Paeth is not used");
                        };
                plain[y * row + x] = (byte) (filtered[y * (1 + row) + 1 + x] + predicted);
            }
        }
        return plain;
    }

    RgbFrame frame() {
        RgbFrame frame = RgbFrame.allocate(width, height);
        for (int i = 0; i < frame.bytes(); i++) {
            frame.pixels().put(i, samples[i / 3 * pixel + i % 3]);
        }
        return frame;
    }

    int alpha(int index) {
        return samples[index * pixel + 3] & 0xff;
    }
}
