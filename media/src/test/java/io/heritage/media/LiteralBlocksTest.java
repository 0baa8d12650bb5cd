package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

class LiteralBlocksTest {

    private static final int[] LENGTHS = {1, 2, 3, 4, 5, 255, 1000, 65_535, 65_536, 140_000};

    private final LiteralBlocks blocks = new LiteralBlocks();

    @Test
    void bytesOfEveryKindAndLengthComeBack() throws DataFormatException {
        for (int length : LENGTHS) {
            assertComesBack(noise(length));
            assertComesBack(new byte[length]);
            assertComesBack(rising(length));
            assertComesBack(skewed(length));
        }
    }

    @Test
    void blocksFollowEachOther() throws DataFormatException {
        DeflateBits bits = new DeflateBits();
        byte[] all = new byte[3000];
        for (int block = 0; block < 3; block++) {
            byte[] part = block == 1 ? noise(1000) : skewed(1000);
            System.arraycopy(part, 0, all, 1000 * block, 1000);
            blocks.write(part, 1000, bits);
        }
        LiteralBlocks.finish(bits);
        assertThat(unpacked(bits, 3000)).isEqualTo(all);
    }

    /** Each value is as frequent as all before it together: a tree of 17 levels. */
    @Test
    void codesThatWouldBeTooLongAreCut() {
        DeflateBits bits = new DeflateBits();
        byte[] data = doubling();
        blocks.write(data, data.length, bits);
        LiteralBlocks.finish(bits);
        StrictInflate inflate = new StrictInflate(Arrays.copyOf(bits.bytes(), bits.length()), 0);
        assertThat(inflate.content()).isEqualTo(data);
        assertThat(inflate.longestCode()).isEqualTo(14);
    }

    private void assertComesBack(byte[] data) throws DataFormatException {
        DeflateBits bits = new DeflateBits();
        blocks.write(data, data.length, bits);
        LiteralBlocks.finish(bits);
        assertThat(bits.length()).isLessThan(data.length + 20);
        assertThat(unpacked(bits, data.length)).isEqualTo(data);
        byte[] stream = Arrays.copyOf(bits.bytes(), bits.length());
        assertThat(new StrictInflate(stream, 0).content()).isEqualTo(data);
    }

    private static byte[] unpacked(DeflateBits bits, int length) throws DataFormatException {
        try (Inflater inflater = new Inflater(true)) {
            inflater.setInput(bits.bytes(), 0, bits.length());
            byte[] data = new byte[length + 1];
            assertThat(inflater.inflate(data)).isEqualTo(length);
            assertThat(inflater.finished()).isTrue();
            return Arrays.copyOf(data, length);
        }
    }

    private static byte[] noise(int length) {
        byte[] data = new byte[length];
        new Random(length).nextBytes(data);
        return data;
    }

    private static byte[] rising(int length) {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) i;
        }
        return data;
    }

    private static byte[] skewed(int length) {
        Random random = new Random(length);
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (random.nextGaussian() * random.nextInt(20));
        }
        return data;
    }

    private static byte[] doubling() {
        byte[] data = new byte[(1 << 17) - 1];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (Integer.SIZE - Integer.numberOfLeadingZeros(i + 1));
        }
        return data;
    }
}
