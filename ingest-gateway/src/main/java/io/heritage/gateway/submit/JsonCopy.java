package io.heritage.gateway.submit;

import io.heritage.gateway.limit.BodyMemory;
import io.heritage.gateway.limit.ByteSize;
import io.heritage.schemas.InvalidInput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/** A body without its media strings, and the positions its bytes had in the body. */
final class JsonCopy {
    private static final int FIRST_BYTES = 2048;

    private final int maxBytes;
    private final Set<String> mediaKeys;
    private final BodyMemory.Lease memory;
    private byte[] bytes;
    private int size;

    /** Pairs of offsets in the copy and in the body, one for the text after each media string. */
    private long[] anchors = {0, 0};

    JsonCopy(int maxBytes, Set<String> mediaKeys, BodyMemory.Lease memory) {
        this.maxBytes = maxBytes;
        this.memory = memory;
        this.mediaKeys = mediaKeys;
        this.bytes = new byte[Math.min(maxBytes, FIRST_BYTES)];
    }

    void append(byte[] from, int start, int end) throws InvalidInput {
        int count = end - start;
        if (count > bytes.length - size) {
            grow(count);
        }
        System.arraycopy(from, start, bytes, size, count);
        size += count;
    }

    /** Puts {@code text} in the place of a string that ended before {@code bodyOffset}. */
    void replace(String text, long bodyOffset) throws InvalidInput {
        byte[] replacement = text.getBytes(StandardCharsets.US_ASCII);
        append(replacement, 0, replacement.length);
        anchors = Arrays.copyOf(anchors, anchors.length + 2);
        anchors[anchors.length - 2] = size;
        anchors[anchors.length - 1] = bodyOffset;
    }

    void startsAt(long bodyOffset) {
        anchors[1] = bodyOffset;
    }

    int size() {
        return size;
    }

    String textFrom(int start) {
        return new String(bytes, start, size - start, StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** Position in the body of the byte at {@code offset} of the copy. */
    long bodyOffset(long offset) {
        int pair = anchors.length - 2;
        while (pair > 0 && anchors[pair] > offset) {
            pair -= 2;
        }
        return anchors[pair + 1] + offset - anchors[pair];
    }

    private void grow(int count) throws InvalidInput {
        if (size + (long) count > maxBytes) {
            throw new InvalidInput(
                    "the body without its media exceeds %s; media are base64 strings in input, under %s"
                            .formatted(ByteSize.of(maxBytes), new TreeSet<>(mediaKeys)));
        }
        int larger = (int) Math.min(maxBytes, Math.max(2L * size, size + count));
        memory.reserve(larger - bytes.length);
        bytes = Arrays.copyOf(bytes, larger);
    }
}
