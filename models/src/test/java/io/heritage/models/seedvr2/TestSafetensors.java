package io.heritage.models.seedvr2;

import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.StringJoiner;

/** Safetensors files of any type, also without data on the disk. */
public final class TestSafetensors {
    private TestSafetensors() {}

    /** 8-bit zeros that take no space. */
    static void writeSparse(Path file, Map<String, TensorShape> tensors) throws IOException {
        byte[] header = header(tensors, TensorType.F8_E4M3);
        try (var out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(header);
            out.setLength(
                    header.length
                            + tensors.values().stream().mapToLong(TensorShape::elements).sum());
        }
    }

    /** One bit pattern an element, which is little-endian and as long as the type. */
    public static void write(
            Path file, Map<String, TensorShape> tensors, TensorType type, Bits bits)
            throws IOException {
        try (var out = Files.newOutputStream(file)) {
            out.write(header(tensors, type));
            for (var tensor : tensors.entrySet()) {
                int count = Math.toIntExact(tensor.getValue().elements());
                ByteBuffer bytes =
                        ByteBuffer.allocate(count * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i < count; i++) {
                    int value = bits.of(tensor.getKey(), i);
                    switch (type.bytes()) {
                        case 1 -> bytes.put((byte) value);
                        case 2 -> bytes.putShort((short) value);
                        default -> bytes.putInt(value);
                    }
                }
                out.write(bytes.array());
            }
        }
    }

    @FunctionalInterface
    public interface Bits {
        int of(String key, int index);
    }

    private static byte[] header(Map<String, TensorShape> tensors, TensorType type) {
        var entries = new StringJoiner(",", "{", "}");
        long offset = 0;
        for (var tensor : tensors.entrySet()) {
            long end = offset + tensor.getValue().elements() * type.bytes();
            entries.add(
                    "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                            .formatted(tensor.getKey(), type, tensor.getValue(), offset, end));
            offset = end;
        }
        byte[] text = entries.toString().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }
}
