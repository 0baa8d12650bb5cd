package io.heritage.models.checkpoint;

import io.heritage.models.checkpoint.PickledValue.Dictionary;
import io.heritage.models.checkpoint.PickledValue.Sequence;
import io.heritage.models.checkpoint.PickledValue.Storage;
import io.heritage.models.checkpoint.PickledValue.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tensors of a file that {@code torch.save} wrote: a zip of stored entries with {@code data.pkl}
 * and one file a storage. Keys of nested containers are joined by a dot; a tensor that is the root
 * itself has the empty key.
 */
final class TorchArchive {
    /** Limits far above any real checkpoint, against malicious files. */
    private static final int MAX_DEPTH = 32;

    private static final int MAX_VALUES = 1_000_000;
    private static final byte[] LEGACY_MAGIC = {
        (byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46
    };

    private final String file;
    private final Map<String, MemorySegment> entries;
    private final Arena arena;
    private final String folder;
    private final Map<String, CheckpointTensor> tensors = new LinkedHashMap<>();
    private int values;

    TorchArchive(String file, MemorySegment bytes, Arena arena) {
        this.file = file;
        this.arena = arena;
        this.entries = StoredZip.read(file, bytes).entries();
        this.folder = folder();
        requireLittleEndian();
        byte[] pickle = entry("data.pkl").toArray(ValueLayout.JAVA_BYTE);
        collect("", new RestrictedUnpickler(file, pickle).read(), 0);
    }

    /** In the order of the pickle. */
    Map<String, CheckpointTensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    /** before PyTorch 1.6 a checkpoint was a sequence of bare pickles */
    static void refuseLegacyFormat(String file, MemorySegment bytes) {
        if (bytes.byteSize() >= LEGACY_MAGIC.length
                && bytes.asSlice(0, LEGACY_MAGIC.length)
                                .mismatch(MemorySegment.ofArray(LEGACY_MAGIC))
                        == -1) {
            throw new CheckpointMismatch(
                    file,
                    "file",
                    "safetensors or a zip archive of torch.save (PyTorch 1.6 or later; convert it"
                            + " by loading and saving it there)",
                    "the legacy pickle format");
        }
    }

    private String folder() {
        return entries.keySet().stream()
                .filter(name -> name.endsWith("/data.pkl"))
                .map(name -> name.substring(0, name.length() - "data.pkl".length()))
                .findFirst()
                .orElseThrow(() ->
                        new CheckpointMismatch(
                                file,
                                "data.pkl",
                                "an archive of torch.save",
                                "a zip of %d other entries".formatted(entries.size())));
    }

    private void requireLittleEndian() {
        MemorySegment order = entries.get(folder + "byteorder");
        if (order != null) {
            String name =
                    new String(order.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
            if (!name.equals("little")) {
                throw new CheckpointMismatch(file, "byteorder", "little", name);
            }
        }
    }

    private MemorySegment entry(String name) {
        MemorySegment entry = entries.get(folder + name);
        if (entry == null) {
            throw new CheckpointMismatch(file, name, "an entry of the archive", "nothing");
        }
        return entry;
    }

    private void collect(String key, PickledValue value, int depth) {
        if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
            throw new CheckpointMismatch(
                    file,
                    "data.pkl",
                    "at most %d values, %d deep".formatted(MAX_VALUES, MAX_DEPTH),
                    "more");
        }
        switch (value) {
            case Dictionary(var items) ->
                    items.forEach((name, item) -> collect(joined(key, name), item, depth + 1));
            case Sequence(var items) -> {
                for (int i = 0; i < items.size(); i++) {
                    collect(joined(key, Integer.toString(i)), items.get(i), depth + 1);
                }
            }
            case TensorView view -> tensors.put(key, tensor(key, view));
            case PickledValue.Text _,
                    PickledValue.Whole _,
                    PickledValue.Other _,
                    PickledValue.Global _,
                    Storage _ -> {}
        }
    }

    private static String joined(String prefix, String name) {
        return prefix.isEmpty() ? name : prefix + "." + name;
    }

    private CheckpointTensor tensor(String key, TensorView view) {
        MemorySegment bytes = storage(view.storage());
        try {
            MemorySegment data = slice(key, view, bytes);
            return new CheckpointTensor(key, view.type(), view.shape(), data);
        } catch (ArithmeticException e) {
            throw outside(key, view, bytes, e);
        }
    }

    private MemorySegment storage(Storage storage) {
        MemorySegment bytes = entry("data/" + storage.key());
        if (storage.elements() < 0
                || bytes.byteSize() / storage.type().bytes() < storage.elements()) {
            throw new CheckpointMismatch(
                    file,
                    "data/" + storage.key(),
                    "%d elements of %s".formatted(storage.elements(), storage.type()),
                    bytes.byteSize() + " bytes");
        }
        return bytes;
    }

    /** The bytes of a view: a slice if it is row-major, else a copy in that order. */
    private MemorySegment slice(String key, TensorView view, MemorySegment storage) {
        List<Long> sizes = view.shape().sizes();
        long size = view.type().bytes();
        long elements = view.shape().elements();
        long last = view.offset();
        boolean rowMajor = true;
        long step = 1;
        if (view.strides().size() != sizes.size()) {
            throw outside(key, view, storage, null);
        }
        for (int i = sizes.size() - 1; i >= 0; i--) {
            long stride = view.strides().get(i);
            long count = sizes.get(i);
            if (stride < 0) {
                throw outside(key, view, storage, null);
            }
            rowMajor &= count == 1 || stride == step;
            last = Math.addExact(last, Math.multiplyExact(Math.max(count - 1, 0), stride));
            step = Math.multiplyExact(step, Math.max(count, 1));
        }
        long available = storage.byteSize() / size;
        if (view.offset() < 0
                || view.offset() > available
                || elements > available
                || (elements > 0 && last >= available)) {
            throw outside(key, view, storage, null);
        }
        return rowMajor || elements == 0
                ? storage.asSlice(view.offset() * size, elements * size)
                : rowMajorCopy(view, storage, elements);
    }

    private MemorySegment rowMajorCopy(TensorView view, MemorySegment storage, long elements) {
        long size = view.type().bytes();
        long[] sizes = view.shape().toArray();
        long[] index = new long[sizes.length];
        MemorySegment copy = arena.allocate(elements * size, 64);
        for (long i = 0; i < elements; i++) {
            long from = view.offset();
            for (int d = 0; d < index.length; d++) {
                from += index[d] * view.strides().get(d);
            }
            MemorySegment.copy(storage, from * size, copy, i * size, size);
            for (int d = index.length - 1; d >= 0 && ++index[d] == sizes[d]; d--) {
                index[d] = 0;
            }
        }
        return copy;
    }

    private CheckpointMismatch outside(
            String key,
            TensorView view,
            MemorySegment storage,
            @Nullable ArithmeticException cause) {
        var mismatch =
                new CheckpointMismatch(
                        file,
                        key,
                        "a view inside %d bytes of %s".formatted(storage.byteSize(), view.type()),
                        "%s with strides %s at %d"
                                .formatted(view.shape(), view.strides(), view.offset()));
        if (cause != null) {
            mismatch.initCause(cause);
        }
        return mismatch;
    }
}
