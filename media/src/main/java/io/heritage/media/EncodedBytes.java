package io.heritage.media;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * An encoded picture in native memory, followed by the zeros FFmpeg's readers want; freed on close.
 */
final class EncodedBytes implements AutoCloseable {

    private static final int PADDING = 64;
    private static final int FIRST_BYTES = 1 << 18;

    private Arena arena;
    private MemorySegment memory;
    private int length;

    private EncodedBytes(int capacity) {
        arena = Arena.ofConfined();
        memory = arena.allocate(capacity + PADDING);
    }

    static EncodedBytes copyOf(ByteBuffer bytes) {
        EncodedBytes encoded = new EncodedBytes(bytes.remaining());
        encoded.memory.asByteBuffer().put(bytes.duplicate());
        encoded.length = bytes.remaining();
        return encoded;
    }

    /**
     * Reads a stream to its end. As soon as the picture's header is complete it is checked, so that
     * a picture beyond the limits is refused after its first bytes.
     *
     * @throws MediaRejected if the header or the number of bytes is beyond the limits
     */
    static EncodedBytes readAll(InputStream in, ImageLimits limits) throws IOException {
        EncodedBytes encoded = new EncodedBytes(FIRST_BYTES);
        try {
            encoded.readFrom(in, limits);
            return encoded;
        } catch (IOException | RuntimeException e) {
            encoded.close();
            throw e;
        }
    }

    private void readFrom(InputStream in, ImageLimits limits) throws IOException {
        byte[] chunk = new byte[1 << 16];
        boolean checked = false;
        int read;
        while ((read = in.read(chunk)) > 0) {
            if ((long) length + read > limits.maxEncodedBytes()) {
                throw new MediaRejected(
                        "the file has more than %d bytes, no picture of up to %d pixels needs that"
                                .formatted(limits.maxEncodedBytes(), limits.maxPixels()));
            }
            makeRoomFor(length + read);
            MemorySegment.copy(chunk, 0, memory, ValueLayout.JAVA_BYTE, length, read);
            length += read;
            checked = checked || withinLimits(limits);
        }
    }

    /** False while the header is incomplete in the bytes read so far. */
    private boolean withinLimits(ImageLimits limits) {
        if (ImageProbe.of(buffer()) instanceof ImageProbe.HeaderCutOff || length < 16) {
            return false;
        }
        ImageProbe.require(buffer(), limits);
        return true;
    }

    private void makeRoomFor(int bytes) {
        long capacity = memory.byteSize() - PADDING;
        if (bytes <= capacity) {
            return;
        }
        Arena larger = Arena.ofConfined();
        MemorySegment grown = larger.allocate(Math.max(bytes, 2 * capacity) + PADDING);
        MemorySegment.copy(memory, 0, grown, 0, length);
        arena.close();
        arena = larger;
        memory = grown;
        memory.asSlice(length).fill((byte) 0);
    }

    /** A view from the first to the last byte. */
    ByteBuffer buffer() {
        return memory.asSlice(0, length).asByteBuffer();
    }

    /** Drops all bytes after the first ones. */
    void cutTo(int bytes) {
        length = Math.min(length, bytes);
    }

    int length() {
        return length;
    }

    @Override
    public void close() {
        arena.close();
    }
}
