package io.heritage.models.wan;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.models.checkpoint.FloatPatterns;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a small safetensors file. */
final class TinyFile {
    private static final int ALIGNMENT = 8;
    private static final int LARGEST_FLOAT8 = 0x7e;

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata;

    private record Tensor(TensorType type, TensorShape shape, ByteBuffer bytes) {}

    TinyFile(Map<String, String> metadata) {
        this.metadata = Map.copyOf(metadata);
    }

    void addHalf(String key, TensorShape shape, float[] values) {
        ByteBuffer bytes = buffer(values.length * Short.BYTES);
        for (float value : values) {
            bytes.putShort(Float.floatToFloat16(value));
        }
        tensors.put(key, new Tensor(TensorType.F16, shape, bytes.flip()));
    }

    void addNumber(String key, float value) {
        ByteBuffer bytes = buffer(Float.BYTES).putFloat(value).flip();
        tensors.put(key, new Tensor(TensorType.F32, TensorShape.of(), bytes));
    }

    /** Rounded to the nearest float8 e4m3. */
    void addFloat8(String key, TensorShape shape, float[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) float8(values[i]);
        }
        tensors.put(key, new Tensor(TensorType.F8_E4M3, shape, ByteBuffer.wrap(bytes)));
    }

    private static int float8(float value) {
        float magnitude = Math.abs(value);
        int bits = 0;
        while (bits < LARGEST_FLOAT8
                && FloatPatterns.e4m3(bits + 1) - magnitude
                        <= magnitude - FloatPatterns.e4m3(bits)) {
            bits++;
        }
        return value < 0 ? bits | 0x80 : bits;
    }

    void addBytes(String key, byte[] bytes) {
        tensors.put(
                key,
                new Tensor(TensorType.U8, TensorShape.of(bytes.length), ByteBuffer.wrap(bytes)));
    }

    /** The file gets its name only when it is complete. */
    void write(Path file) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".part");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial))) {
            out.write(header());
            for (Tensor tensor : tensors.values()) {
                out.write(tensor.bytes.array());
            }
        }
        Files.move(
                partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private byte[] header() throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        ObjectNode root = json.createObjectNode();
        metadata.forEach(root.putObject("__metadata__")::put);
        long offset = 0;
        for (var entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            ObjectNode node = root.putObject(entry.getKey());
            node.put("dtype", tensor.type.name());
            tensor.shape.sizes().forEach(node.putArray("shape")::add);
            node.putArray("data_offsets").add(offset).add(offset + tensor.bytes.remaining());
            offset += tensor.bytes.remaining();
        }
        byte[] text = json.writeValueAsBytes(root);
        int padded = Math.ceilDiv(text.length, ALIGNMENT) * ALIGNMENT;
        ByteBuffer bytes = buffer(Long.BYTES + padded).putLong(padded).put(text);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ' ');
        }
        return bytes.array();
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
