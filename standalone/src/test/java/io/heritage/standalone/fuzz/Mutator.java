package io.heritage.standalone.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages files as storage, networks and attackers do. The same seed gives the same files. */
final class Mutator {
    /** Where headers are. */
    private static final int HEAD = 2048;

    private static final int[] EDGES = {
        0, 1, -1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, Integer.MAX_VALUE, Integer.MIN_VALUE
    };

    private final List<byte[]> corpus;
    private final Random random;

    Mutator(List<byte[]> corpus, long seed) {
        this.corpus = corpus;
        this.random = new Random(seed);
    }

    /** One of the corpus with one to eight changes. */
    byte[] next() {
        byte[] bytes = any().clone();
        for (int change = random.nextInt(8); change >= 0; change--) {
            bytes = changed(bytes);
        }
        return bytes;
    }

    private byte[] changed(byte[] bytes) {
        if (bytes.length < 16) {
            return any().clone();
        }
        int at = position(bytes.length);
        switch (random.nextInt(8)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                buffer.order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
                int edge = EDGES[random.nextInt(EDGES.length)] + random.nextInt(3) - 1;
                if (random.nextBoolean()) {
                    buffer.putInt(Math.min(at, bytes.length - 4), edge);
                } else {
                    buffer.putShort(Math.min(at, bytes.length - 2), (short) edge);
                }
            }
            case 3 -> Arrays.fill(bytes, at, end(at, bytes.length), (byte) random.nextInt());
            case 4 -> {
                return joined(bytes, at, bytes, end(at, bytes.length)); // a piece is missing
            }
            case 5 -> {
                return joined(bytes, end(at, bytes.length), bytes, at); // a piece comes twice
            }
            case 6 -> {
                byte[] other = any();
                return joined(bytes, at, other, position(other.length));
            }
            default -> {
                return Arrays.copyOf(bytes, at + 1);
            }
        }
        return bytes;
    }

    private byte[] any() {
        return corpus.get(random.nextInt(corpus.size()));
    }

    private int position(int length) {
        return random.nextInt(random.nextBoolean() ? Math.min(length, HEAD) : length);
    }

    private int end(int from, int length) {
        return Math.min(length, from + 1 + random.nextInt(1 << random.nextInt(10)));
    }

    private static byte[] joined(byte[] head, int headEnd, byte[] tail, int tailStart) {
        byte[] all = Arrays.copyOf(head, headEnd + tail.length - tailStart);
        System.arraycopy(tail, tailStart, all, headEnd, tail.length - tailStart);
        return all;
    }
}
