package io.heritage.models.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An open checkpoint: tensors by key, mapped from the file and not copied. Safe to read from any
 * thread; closing it invalidates every {@link CheckpointTensor}, so it is closed after the network
 * weights made from them.
 */
public final class Checkpoint implements AutoCloseable {
    private final String name;
    private final Map<String, CheckpointTensor> tensors;
    private final Map<String, String> metadata;
    private final Arena arena;

    private Checkpoint(
            String name,
            Map<String, CheckpointTensor> tensors,
            Map<String, String> metadata,
            Arena arena) {
        this.name = name;
        this.tensors = tensors;
        this.metadata = metadata;
        this.arena = arena;
    }

    /**
     * Maps a {@code .safetensors} file or a PyTorch zip archive ({@code .pth}, {@code .pt}); the
     * first bytes tell which.
     *
     * @throws CheckpointMismatch if it is neither, damaged, or holds more than tensors and
     *     containers
     * @throws UncheckedIOException if it cannot be read
     */
    @SuppressWarnings("MustBeClosedChecker") // the checkpoint owns the arena
    public static Checkpoint open(Path file) {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, Files.size(file), arena);
            return read(file.toString(), bytes, arena);
        } catch (IOException e) {
            arena.close();
            throw new UncheckedIOException("cannot read checkpoint " + file, e);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /**
     * Reads a checkpoint from memory, such as a class path resource; the bytes are copied off the
     * heap.
     */
    public static Checkpoint of(String name, byte[] bytes) {
        Arena arena = Arena.ofShared();
        try {
            MemorySegment copy = arena.allocate(Math.max(bytes.length, 1), 64);
            MemorySegment.copy(MemorySegment.ofArray(bytes), 0, copy, 0, bytes.length);
            return read(name, copy.asSlice(0, bytes.length), arena);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static Checkpoint read(String name, MemorySegment bytes, Arena arena) {
        if (StoredZip.isZip(bytes)) {
            return new Checkpoint(
                    name, new TorchArchive(name, bytes, arena).tensors(), Map.of(), arena);
        }
        TorchArchive.refuseLegacyFormat(name, bytes);
        var safetensors = SafetensorsHeader.parse(name, bytes);
        return new Checkpoint(name, safetensors.tensors(), safetensors.metadata(), arena);
    }

    /** Path or resource name, for messages. */
    public String name() {
        return name;
    }

    /** In file order. */
    public Map<String, CheckpointTensor> tensors() {
        return tensors;
    }

    /**
     * @throws CheckpointMismatch if there is none of this key
     */
    public CheckpointTensor tensor(String key) {
        CheckpointTensor tensor = tensors.get(key);
        if (tensor == null) {
            throw new CheckpointMismatch(name, key, "a tensor", "nothing");
        }
        return tensor;
    }

    /** The {@code __metadata__} of a safetensors file, else empty. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Tensors whose key starts with the prefix, under the rest of their key. */
    public Map<String, CheckpointTensor> tensorsUnder(String prefix) {
        var under = new LinkedHashMap<String, CheckpointTensor>();
        tensors.forEach((key, tensor) -> {
            if (key.startsWith(prefix)) {
                String rest = key.substring(prefix.length());
                under.put(rest, tensor.renamed(rest));
            }
        });
        return under;
    }

    /** Tensors without the first of the prefixes that every key has; unchanged if there is none. */
    public Map<String, CheckpointTensor> tensorsWithoutPrefix(String... prefixes) {
        for (String prefix : prefixes) {
            if (!tensors.isEmpty()
                    && tensors.keySet().stream().allMatch(k -> k.startsWith(prefix))) {
                return tensorsUnder(prefix);
            }
        }
        return tensors;
    }

    /**
     * Strict loading: every expected key with its shape, and no other.
     *
     * @throws CheckpointMismatch that lists missing, unexpected and misshapen keys together
     */
    public static void requireExactly(
            String file, Map<String, CheckpointTensor> found, Map<String, TensorShape> expected) {
        List<CheckpointMismatch.Problem> problems = new ArrayList<>();
        expected.forEach((key, shape) -> {
            var tensor = found.get(key);
            if (tensor == null) {
                problems.add(new CheckpointMismatch.Problem(key, shape.toString(), "nothing"));
            } else if (!tensor.shape().equals(shape)) {
                problems.add(
                        new CheckpointMismatch.Problem(
                                key, shape.toString(), tensor.shape().toString()));
            }
        });
        found.forEach((key, tensor) -> {
            if (!expected.containsKey(key)) {
                problems.add(
                        new CheckpointMismatch.Problem(
                                key, "no such key", tensor.shape().toString()));
            }
        });
        if (!problems.isEmpty()) {
            throw new CheckpointMismatch(file, problems);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
