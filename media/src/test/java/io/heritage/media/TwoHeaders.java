package io.heritage.media;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Pictures whose first header says {@value #SAID} pixels a side and whose second, which decoders
 * obey, {@value #MEANT}. As a program it decodes one after the other and prints by how many bytes
 * each made the process grow.
 */
final class TwoHeaders {

    private static final int SAID = 64;
    private static final int MEANT = 9_900;

    private TwoHeaders() {}

    static Map<String, byte[]> all() throws IOException {
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put("jpeg", jpeg());
        all.put("tiff", tiff());
        all.put("png", png());
        all.put("webp", webp());
        all.put("gif", gif());
        all.put("avif", heif("large.avif"));
        all.put("heic", heif("large.heic"));
        return all;
    }

    public static void main(String[] arguments) throws IOException {
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        for (byte[] bomb : all().values()) {
            report("warm-up", decoder, ByteBuffer.wrap(bomb, 0, 32)); // loads the libraries
        }
        decoder.decode(ByteBuffer.wrap(TestMedia.bytes("chelsea.png"))).close();
        for (Map.Entry<String, byte[]> bomb : all().entrySet()) {
            report(bomb.getKey(), decoder, ByteBuffer.wrap(bomb.getValue()));
        }
    }

    private static void report(String name, ImageDecoder decoder, ByteBuffer picture)
            throws IOException {
        long before = mostMemory();
        String outcome;
        try (RgbFrame frame = decoder.decode(picture)) {
            outcome = "decoded " + frame.width() + "x" + frame.height();
        } catch (MediaRejected refused) {
            outcome = "refused: " + refused.getMessage();
        }
        System.out.println(name + " " + (mostMemory() - before) + " " + outcome);
    }

    /** Bytes that this process ever had in memory. */
    private static long mostMemory() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    /** Two SOF0; all coefficients are zero. */
    private static byte[] jpeg() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeInt(0xffd8ffdb);
        out.writeShort(67);
        out.write(new byte[] {0});
        byte[] quantisation = new byte[64];
        Arrays.fill(quantisation, (byte) 1);
        out.write(quantisation);
        for (int side : new int[] {SAID, MEANT}) {
            out.writeShort(0xffc0);
            out.write(new byte[] {0, 11, 8});
            out.writeShort(side);
            out.writeShort(side);
            out.write(new byte[] {1, 1, 0x11, 0});
        }
        for (int table = 0; table < 2; table++) {
            out.writeShort(0xffc4);
            out.write(new byte[] {0, 20, (byte) (table << 4), 1});
            out.write(new byte[16]);
        }
        out.writeShort(0xffda);
        out.write(new byte[] {0, 8, 1, 1, 0, 0, 63, 0});
        out.write(new byte[(MEANT / 8 + 1) * (MEANT / 8 + 1) / 4 + 1]);
        out.writeShort(0xffd9);
        return bytes.toByteArray();
    }

    /** Width and height twice in the directory; PackBits. */
    private static byte[] tiff() throws IOException {
        byte[] data = new byte[((MEANT * MEANT + 127) / 128) * 2];
        for (int i = 0; i < data.length; i += 2) {
            data[i] = (byte) 0x81;
        }
        int[][] tags = {
            {256, SAID},
            {257, SAID},
            {256, MEANT},
            {257, MEANT},
            {258, 8},
            {259, 32_773},
            {262, 1},
            {273, 8},
            {277, 1},
            {278, MEANT},
            {279, data.length}
        };
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeInt(0x4d4d002a);
        out.writeInt(8 + data.length);
        out.write(data);
        out.writeShort(tags.length);
        for (int[] tag : tags) {
            out.writeShort(tag[0]);
            boolean isShort = tag[0] >= 258 && tag[0] <= 262 || tag[0] == 277;
            out.writeShort(isShort ? 3 : 4);
            out.writeInt(1);
            out.writeInt(isShort ? tag[1] << 16 : tag[1]);
        }
        out.writeInt(0);
        return bytes.toByteArray();
    }

    /** Two IHDR. */
    private static byte[] png() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeLong(0x89504e470d0a1a0aL);
        for (int side : new int[] {SAID, MEANT}) {
            ByteBuffer header = ByteBuffer.allocate(13).putInt(side).putInt(side).put((byte) 8);
            chunk(out, "IHDR", header.array());
        }
        var zeros = new ByteArrayOutputStream();
        try (var deflated = new DeflaterOutputStream(zeros, new Deflater(9))) {
            for (int row = 0; row < MEANT; row++) {
                deflated.write(new byte[MEANT + 1]);
            }
        }
        chunk(out, "IDAT", zeros.toByteArray());
        chunk(out, "IEND", new byte[0]);
        return bytes.toByteArray();
    }

    private static void chunk(DataOutputStream out, String name, byte[] content)
            throws IOException {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(US_ASCII));
        crc.update(content);
        out.writeInt(content.length);
        out.writeBytes(name);
        out.write(content);
        out.writeInt((int) crc.getValue());
    }

    /** A small canvas, a large lossless picture of one colour: codes of one symbol, no bits. */
    private static byte[] webp() {
        long header = (MEANT - 1L) | (MEANT - 1L) << 14; // then: no alpha, version 0
        ByteBuffer picture = ByteBuffer.allocate(24).order(LITTLE_ENDIAN);
        picture.put((byte) 0x2f).putInt((int) header);
        picture.putInt(0b0001_0001_0001_0001_0001_000); // no transforms, cache, meta; 5 codes
        ByteBuffer bytes = ByteBuffer.allocate(62).order(LITTLE_ENDIAN);
        bytes.put("RIFF".getBytes(US_ASCII)).putInt(54);
        bytes.put("WEBPVP8X".getBytes(US_ASCII)).putInt(10);
        bytes.putInt(0).putInt(SAID - 1 | (SAID - 1) << 24).putShort((short) 0);
        bytes.put("VP8L".getBytes(US_ASCII)).putInt(24);
        return bytes.put(picture.array()).array();
    }

    /** 8000 pixels a side; the size of the item is changed. */
    private static byte[] heif(String name) {
        byte[] bytes = TestMedia.bytes(name);
        int size = VideoReaderTest.indexOf(bytes, "ispe") + 8;
        ByteBuffer.wrap(bytes).putInt(size, SAID).putInt(size + 4, SAID);
        return bytes;
    }

    /** A small screen, a large picture on it. */
    private static byte[] gif() {
        ByteBuffer bytes = ByteBuffer.allocate(64).order(LITTLE_ENDIAN);
        bytes.put("GIF89a".getBytes(US_ASCII));
        bytes.putShort((short) SAID).putShort((short) SAID).put((byte) 0x80).putShort((short) 0);
        bytes.put(new byte[6]).put((byte) 0x2c).putInt(0);
        bytes.putShort((short) MEANT).putShort((short) MEANT).put((byte) 0);
        bytes.put(new byte[] {2, 2, 0x44, 1, 0, 0x3b});
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}
