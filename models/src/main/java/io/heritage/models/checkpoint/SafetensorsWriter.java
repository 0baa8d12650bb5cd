package io.heritage.models.checkpoint;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * Writes a safetensors file of 16-bit floats, one tensor at a time; the file gets its name only
 * when it is complete.
 */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;

    private SafetensorsWriter() {}

    /** Values of a tensor, row-major. */
    @FunctionalInterface
    public interface Values {
        float[] of(String key, TensorShape shape);
    }

    public static void write(
            Path file,
            Map<String, TensorShape> tensors,
            Map<String, String> metadata,
            Values values)
            throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".writing");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial))) {
            out.write(header(tensors, metadata));
            for (var tensor : tensors.entrySet()) {
                out.write(halves(values.of(tensor.getKey(), tensor.getValue())));
            }
        }
        Files.move(
                partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static byte[] header(Map<String, TensorShape> tensors, Map<String, String> metadata)
            throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        ObjectNode root = json.createObjectNode();
        metadata.forEach(root.putObject("__metadata__")::put);
        long offset = 0;
        for (var tensor : tensors.entrySet()) {
            ObjectNode node = root.putObject(tensor.getKey());
            node.put("dtype", TensorType.F16.name());
            tensor.getValue().sizes().forEach(node.withArray("shape")::add);
            long end = offset + tensor.getValue().elements() * TensorType.F16.bytes();
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] text = json.writeValueAsBytes(root);
        int padded = Math.ceilDiv(text.length, ALIGNMENT) * ALIGNMENT;
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(padded).put(text);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ' ');
        }
        return bytes.array();
    }

    private static byte[] halves(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * TensorType.F16.bytes())
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putShort(Float.floatToFloat16(value));
        }
        return bytes.array();
    }
}
