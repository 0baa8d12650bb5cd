package io.heritage.models.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Entries of a zip file whose entries are stored, not compressed, as slices of the mapped file:
 * what {@code torch.save} writes. Reads zip64, since checkpoints pass 4 GiB. PKWARE APPNOTE 4.3.
 */
record StoredZip(Map<String, MemorySegment> entries) {
    private static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int END_BYTES = 22;
    private static final int MAX_COMMENT = 65_535;
    private static final long IN_ZIP64 = 0xFFFF_FFFFL;

    static boolean isZip(MemorySegment bytes) {
        return bytes.byteSize() >= END_BYTES && bytes.get(U32, 0) == LOCAL;
    }

    static StoredZip read(String file, MemorySegment bytes) {
        try {
            return new StoredZip(readEntries(file, bytes));
        } catch (IndexOutOfBoundsException e) {
            var mismatch =
                    new CheckpointMismatch(
                            file, "zip directory", "offsets inside the file", "one beyond its end");
            mismatch.initCause(e);
            throw mismatch;
        }
    }

    private static Map<String, MemorySegment> readEntries(String file, MemorySegment bytes) {
        long end = endRecord(file, bytes);
        long count = u16(bytes, end + 10);
        long at = u32(bytes, end + 16);
        if (end >= 20 && bytes.get(U32, end - 20) == LOCATOR_64) {
            long end64 = bytes.get(U64, end - 20 + 8);
            require(file, bytes, end64, END_64);
            count = bytes.get(U64, end64 + 32);
            at = bytes.get(U64, end64 + 48);
        }
        var entries = new LinkedHashMap<String, MemorySegment>();
        for (long i = 0; i < count; i++) {
            require(file, bytes, at, CENTRAL);
            at = readEntry(file, bytes, at, entries);
        }
        return entries;
    }

    /** Reads the directory entry at an offset and returns the offset of the next. */
    private static long readEntry(
            String file, MemorySegment bytes, long at, Map<String, MemorySegment> entries) {
        long nameBytes = u16(bytes, at + 28);
        long extraBytes = u16(bytes, at + 30);
        String name =
                new String(
                        bytes.asSlice(at + 46, nameBytes).toArray(ValueLayout.JAVA_BYTE),
                        StandardCharsets.UTF_8);
        long packed = u32(bytes, at + 20);
        long size = u32(bytes, at + 24);
        long local = u32(bytes, at + 42);
        long wide = wideFields(bytes.asSlice(at + 46 + nameBytes, extraBytes));
        MemorySegment extra = bytes.asSlice(at + 46 + nameBytes, extraBytes);
        if (size == IN_ZIP64) {
            size = extra.get(U64, wide);
            wide += Long.BYTES;
        }
        if (packed == IN_ZIP64) {
            packed = extra.get(U64, wide);
            wide += Long.BYTES;
        }
        if (local == IN_ZIP64) {
            local = extra.get(U64, wide);
        }
        if (u16(bytes, at + 10) != 0 || packed != size) {
            throw new CheckpointMismatch(
                    file, name, "an entry stored as it is", "a compressed entry");
        }
        require(file, bytes, local, LOCAL);
        long data = local + 30 + u16(bytes, local + 26) + u16(bytes, local + 28);
        if (entries.putIfAbsent(name, bytes.asSlice(data, size)) != null) {
            throw new CheckpointMismatch(file, name, "one entry of this name", "two");
        }
        return at + 46 + nameBytes + extraBytes + u16(bytes, at + 32);
    }

    /** Offset of the 64-bit sizes in the extra field. */
    private static long wideFields(MemorySegment extra) {
        long at = 0;
        while (at + 4 <= extra.byteSize()) {
            if (u16(extra, at) == 1) {
                return at + 4;
            }
            at += 4 + u16(extra, at + 2);
        }
        return extra.byteSize();
    }

    private static long endRecord(String file, MemorySegment bytes) {
        long first = Math.max(0, bytes.byteSize() - END_BYTES - MAX_COMMENT);
        for (long at = bytes.byteSize() - END_BYTES; at >= first; at--) {
            if (bytes.get(U32, at) == END) {
                return at;
            }
        }
        throw new CheckpointMismatch(
                file, "zip directory", "a zip directory at the end", "none (is the file cut off?)");
    }

    private static void require(String file, MemorySegment bytes, long at, int signature) {
        int found = bytes.get(U32, at);
        if (found != signature) {
            throw new CheckpointMismatch(
                    file,
                    "zip directory",
                    "record %08x at byte %d".formatted(signature, at),
                    "%08x".formatted(found));
        }
    }

    private static int u16(MemorySegment bytes, long at) {
        return Short.toUnsignedInt(bytes.get(U16, at));
    }

    private static long u32(MemorySegment bytes, long at) {
        return Integer.toUnsignedLong(bytes.get(U32, at));
    }
}
