package io.heritage.models.checkpoint;

import io.heritage.models.checkpoint.PickledValue.Dictionary;
import io.heritage.models.checkpoint.PickledValue.Global;
import io.heritage.models.checkpoint.PickledValue.Other;
import io.heritage.models.checkpoint.PickledValue.Sequence;
import io.heritage.models.checkpoint.PickledValue.Storage;
import io.heritage.models.checkpoint.PickledValue.TensorView;
import io.heritage.models.checkpoint.PickledValue.Text;
import io.heritage.models.checkpoint.PickledValue.Whole;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the pickle of a PyTorch archive (protocol 2, pickletools) and builds only containers,
 * numbers, texts and descriptions of tensors. Any other class or function, and any instruction that
 * such an archive does not need, is refused by name; no code is ever looked up.
 */
final class RestrictedUnpickler {
    private static final String REBUILD_TENSOR = "torch._utils._rebuild_tensor_v2";
    private static final String REBUILD_TYPED_TENSOR = "torch._utils._rebuild_tensor_v3";
    private static final String REBUILD_PARAMETER = "torch._utils._rebuild_parameter";
    private static final String ORDERED_DICT = "collections.OrderedDict";
    private static final String UNTYPED = "torch.storage.UntypedStorage";
    private static final Map<String, TensorType> STORAGES =
            Map.ofEntries(
                    Map.entry("torch.DoubleStorage", TensorType.F64),
                    Map.entry("torch.FloatStorage", TensorType.F32),
                    Map.entry("torch.HalfStorage", TensorType.F16),
                    Map.entry("torch.BFloat16Storage", TensorType.BF16),
                    Map.entry("torch.LongStorage", TensorType.I64),
                    Map.entry("torch.IntStorage", TensorType.I32),
                    Map.entry("torch.ShortStorage", TensorType.I16),
                    Map.entry("torch.CharStorage", TensorType.I8),
                    Map.entry("torch.ByteStorage", TensorType.U8),
                    Map.entry("torch.BoolStorage", TensorType.BOOL),
                    Map.entry(UNTYPED, TensorType.U8));
    private static final Map<String, TensorType> TYPES =
            Map.of(
                    "torch.float8_e4m3fn", TensorType.F8_E4M3,
                    "torch.float8_e5m2", TensorType.F8_E5M2,
                    "torch.float32", TensorType.F32,
                    "torch.float16", TensorType.F16,
                    "torch.bfloat16", TensorType.BF16,
                    "torch.uint8", TensorType.U8);
    private static final Set<String> FUNCTIONS =
            Set.of(REBUILD_TENSOR, REBUILD_TYPED_TENSOR, REBUILD_PARAMETER, ORDERED_DICT);

    private final String file;
    private final ByteBuffer in;
    private final List<PickledValue> stack = new ArrayList<>();
    private final Deque<Integer> marks = new ArrayDeque<>();
    private final Map<Integer, PickledValue> memo = new HashMap<>();

    RestrictedUnpickler(String file, byte[] pickle) {
        this.file = file;
        this.in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * @throws CheckpointMismatch if the pickle is damaged or contains anything else
     */
    PickledValue read() {
        try {
            while (true) {
                int opcode = Byte.toUnsignedInt(in.get());
                if (opcode == '.') {
                    return pop();
                }
                step(opcode);
            }
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException
                | ArithmeticException e) {
            var mismatch =
                    new CheckpointMismatch(file, "data.pkl", "a whole pickle", "a broken one");
            mismatch.initCause(e);
            throw mismatch;
        }
    }

    private void step(int opcode) {
        switch (opcode) {
            case 0x80 -> protocol(in.get());
            case '(' -> marks.push(stack.size());
            case '}' -> push(Dictionary.empty());
            case ']', ')' -> push(Sequence.empty());
            case 't' -> push(new Sequence(popToMark()));
            case 0x85 -> push(new Sequence(popLast(1)));
            case 0x86 -> push(new Sequence(popLast(2)));
            case 0x87 -> push(new Sequence(popLast(3)));
            case 'N', 0x88, 0x89 -> push(new Other());
            case 'G' -> {
                in.getLong();
                push(new Other());
            }
            case 'J' -> push(new Whole(in.getInt()));
            case 'K' -> push(new Whole(Byte.toUnsignedInt(in.get())));
            case 'M' -> push(new Whole(Short.toUnsignedInt(in.getShort())));
            case 0x8a -> push(new Whole(longInteger()));
            case 'X' -> push(new Text(text(in.getInt())));
            case 'q' -> memo.put(Byte.toUnsignedInt(in.get()), top());
            case 'r' -> memo.put(in.getInt(), top());
            case 'h' -> push(remembered(Byte.toUnsignedInt(in.get())));
            case 'j' -> push(remembered(in.getInt()));
            case 'a' -> append(popLast(1));
            case 'e' -> append(popToMark());
            case 's' -> putAll(popLast(2));
            case 'u' -> putAll(popToMark());
            case 'c' -> push(global(line() + "." + line()));
            case 'Q' -> push(storage(pop()));
            case 'R' -> reduce();
            case 'b' -> pop(); // state of an OrderedDict: version numbers of its modules
            default -> throw refused("instruction 0x%02x".formatted(opcode));
        }
    }

    private void protocol(int version) {
        if (version < 2 || version > 5) {
            throw new CheckpointMismatch(file, "data.pkl", "pickle protocol 2", "" + version);
        }
    }

    private Global global(String name) {
        if (!FUNCTIONS.contains(name) && !STORAGES.containsKey(name) && !TYPES.containsKey(name)) {
            throw refused(name);
        }
        return new Global(name);
    }

    private void reduce() {
        PickledValue arguments = pop();
        PickledValue function = pop();
        if (!(function instanceof Global(String name))
                || !FUNCTIONS.contains(name)
                || !(arguments instanceof Sequence(var items))) {
            throw refused("a call of " + function.getClass().getSimpleName());
        }
        switch (name) {
            case REBUILD_TENSOR -> push(view(items, null));
            case REBUILD_TYPED_TENSOR -> push(view(items, items.get(6)));
            case REBUILD_PARAMETER -> push(items.get(0));
            default -> push(orderedDict(items));
        }
    }

    private Dictionary orderedDict(List<PickledValue> items) {
        if (!items.isEmpty()) {
            throw refused("an OrderedDict with arguments");
        }
        return Dictionary.empty();
    }

    private TensorView view(List<PickledValue> items, @Nullable PickledValue typeOrNull) {
        if (!(items.get(0) instanceof Storage storage)) {
            throw refused("a tensor without a storage");
        }
        TensorType type = storage.type();
        if (typeOrNull instanceof Global(String name)
                && TYPES.get(name) instanceof TensorType named) {
            type = named;
        }
        return new TensorView(
                storage,
                type,
                whole(items.get(1)),
                new TensorShape(wholes(items.get(2))),
                wholes(items.get(3)));
    }

    /** {@code ("storage", type, key, device, elements)}. */
    private Storage storage(PickledValue id) {
        if (id instanceof Sequence(var items)
                && items.size() == 5
                && items.get(0) instanceof Text(String kind)
                && kind.equals("storage")
                && items.get(1) instanceof Global(String typeName)
                && STORAGES.get(typeName) instanceof TensorType type
                && items.get(2) instanceof Text(String key)) {
            return new Storage(key, type, whole(items.get(4)));
        }
        throw refused("a persistent id that is no tensor storage");
    }

    private void append(List<PickledValue> values) {
        if (!(top() instanceof Sequence(var items))) {
            throw refused("appending to something that is no list");
        }
        items.addAll(values);
    }

    private void putAll(List<PickledValue> keysAndValues) {
        if (!(top() instanceof Dictionary(var items))) {
            throw refused("setting an item of something that is no dictionary");
        }
        for (int i = 0; i + 1 < keysAndValues.size(); i += 2) {
            items.put(key(keysAndValues.get(i)), keysAndValues.get(i + 1));
        }
    }

    private String key(PickledValue value) {
        return switch (value) {
            case Text(String text) -> text;
            case Whole(long number) -> Long.toString(number);
            default -> throw refused("a dictionary key that is neither text nor number");
        };
    }

    private long whole(PickledValue value) {
        if (value instanceof Whole(long number)) {
            return number;
        }
        throw refused("a size that is no whole number");
    }

    private List<Long> wholes(PickledValue value) {
        if (value instanceof Sequence(var items)) {
            return items.stream().map(this::whole).toList();
        }
        throw refused("sizes that are no list");
    }

    private long longInteger() {
        int bytes = Byte.toUnsignedInt(in.get());
        if (bytes > Long.BYTES) {
            throw refused("a whole number of %d bytes".formatted(bytes));
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            long octet = i == bytes - 1 ? in.get() : Byte.toUnsignedInt(in.get());
            value |= octet << (8 * i);
        }
        return value;
    }

    private String text(int bytes) {
        if (bytes < 0 || bytes > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] utf8 = new byte[bytes];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private String line() {
        int start = in.position();
        while (in.get() != '\n') {
            // to the end of the line
        }
        int length = in.position() - 1 - start;
        byte[] utf8 = new byte[length];
        in.get(start, utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private PickledValue remembered(int index) {
        PickledValue value = memo.get(index);
        if (value == null) {
            throw new IndexOutOfBoundsException("memo " + index);
        }
        return value;
    }

    private void push(PickledValue value) {
        stack.add(value);
    }

    private PickledValue top() {
        return stack.get(stack.size() - 1);
    }

    private PickledValue pop() {
        return stack.remove(stack.size() - 1);
    }

    private List<PickledValue> popLast(int count) {
        var last = stack.subList(stack.size() - count, stack.size());
        List<PickledValue> values = new ArrayList<>(last);
        last.clear();
        return values;
    }

    private List<PickledValue> popToMark() {
        Integer mark = marks.poll();
        if (mark == null) {
            throw new IndexOutOfBoundsException("no mark");
        }
        return popLast(stack.size() - mark);
    }

    private CheckpointMismatch refused(String what) {
        return new CheckpointMismatch(
                file, "data.pkl", "tensors in plain containers (anything else is refused)", what);
    }
}
