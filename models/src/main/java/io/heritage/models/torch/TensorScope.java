package io.heritage.models.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Owner of native memory for one step: everything it creates, and every network result obtained
 * through it, lives until it is closed. Used by one thread at a time.
 */
public final class TensorScope implements AutoCloseable {
    private final Device device;
    private final PtNDManager manager;
    private final AtomicLong open;
    private final List<IValue> values = new ArrayList<>();
    private boolean closed;

    /**
     * @param open counts scopes and values of the runtime
     */
    TensorScope(Device device, PtNDManager manager, AtomicLong open) {
        this.device = device;
        this.manager = manager;
        this.open = open;
        open.incrementAndGet();
    }

    /**
     * A tensor on the device.
     *
     * @param bytes from position to limit, row-major, little-endian. A direct buffer on the CPU is
     *     not copied: it must stay as it is, and its owner open, as long as the tensor
     */
    public IValue tensor(ByteBuffer bytes, TensorType type, TensorShape shape) {
        requireBytes(bytes, type, shape);
        ByteBuffer direct = bytes.isDirect() ? bytes.slice() : copied(bytes);
        return own(IValue.from(array(direct, new Shape(shape.toArray()), dataType(type))));
    }

    private PtNDArray array(ByteBuffer direct, Shape shape, DataType type) {
        return withinMemory(
                () -> manager.create(direct.order(ByteOrder.nativeOrder()), shape, type));
    }

    /**
     * A tensor in host memory over a direct buffer, for a network to write its result into; never
     * copied.
     *
     * @param bytes from position to limit; its owner stays open as long as the tensor
     */
    public IValue hostTensor(ByteBuffer bytes, TensorType type, TensorShape shape) {
        if (!bytes.isDirect()) {
            throw new IllegalArgumentException("a network can write into direct buffers only");
        }
        requireBytes(bytes, type, shape);
        return own(
                IValue.from(
                        JniUtils.createNdFromByteBuffer(
                                manager,
                                bytes.slice().order(ByteOrder.nativeOrder()),
                                new Shape(shape.toArray()),
                                dataType(type),
                                SparseFormat.DENSE,
                                ai.djl.Device.cpu())));
    }

    /**
     * A {@code Dict[str, Tensor]} over the bytes of a checkpoint, not copied on the CPU: see {@link
     * #tensor}.
     *
     * @throws OutOfDeviceMemory if the device has none left
     */
    public IValue dictionary(Map<String, CheckpointTensor> tensors) {
        Map<String, PtNDArray> arrays = new LinkedHashMap<>();
        tensors.forEach((key, tensor) ->
                arrays.put(
                        key,
                        array(
                                tensor.bytes(),
                                new Shape(tensor.shape().toArray()),
                                dataType(tensor.type()))));
        return own(IValue.stringMapFrom(arrays));
    }

    /**
     * The same as bytes: uint8, with the bytes of an element as last dimension. Used for types that
     * DJL lacks; the network decodes them.
     */
    public IValue byteDictionary(Map<String, CheckpointTensor> tensors) {
        Map<String, PtNDArray> arrays = new LinkedHashMap<>();
        tensors.forEach((key, tensor) ->
                arrays.put(
                        key,
                        array(
                                tensor.bytes(),
                                new Shape(tensor.shape().toArray()).add(tensor.type().bytes()),
                                DataType.UINT8)));
        return own(IValue.stringMapFrom(arrays));
    }

    /**
     * Runs a method of a network; its result lives as long as this scope.
     *
     * @throws OutOfDeviceMemory if the device has none left
     * @throws EngineException with the TorchScript trace if an operator fails
     */
    public IValue call(TorchScript script, String method, IValue... arguments) {
        return own(withinMemory(() -> IValueUtils.runMethod(script.block(), method, arguments)));
    }

    private <T> T withinMemory(Supplier<T> work) {
        try {
            return work.get();
        } catch (EngineException e) {
            if (OutOfDeviceMemory.isSaidBy(e.getMessage())) {
                throw new OutOfDeviceMemory(device, e);
            }
            throw e;
        }
    }

    /** The parts of a tuple, which live as long as this scope. */
    public IValue[] parts(IValue tuple) {
        IValue[] parts = tuple.toIValueTuple();
        for (IValue part : parts) {
            own(part);
        }
        return parts;
    }

    public IValue number(long value) {
        return own(IValue.from(value));
    }

    public IValue number(double value) {
        return own(IValue.from(value));
    }

    public IValue flag(boolean value) {
        return own(IValue.from(value));
    }

    /** A {@code List[Tensor]}. */
    public IValue list(List<IValue> tensors) {
        return own(IValue.listFrom(tensors.toArray(IValue[]::new)));
    }

    /** A {@code List[int]}. */
    public IValue numbers(long... values) {
        return own(IValue.listFrom(values));
    }

    public IValue text(String value) {
        return own(IValue.from(value));
    }

    /** Sizes and a copy of the elements of a float32 tensor. */
    public FloatTensor floats(IValue tensor) {
        try (PtNDArray array = tensor.toTensor(manager)) {
            return new FloatTensor(
                    TensorShape.of(array.getShape().getShape()), array.toFloatArray());
        }
    }

    /** Hands a value over to another scope, which then closes it. */
    public IValue moveTo(TensorScope other, IValue value) {
        if (!values.remove(value)) {
            throw new IllegalArgumentException("the value is not owned by this scope");
        }
        open.decrementAndGet();
        return other.own(value);
    }

    /** Values that are alive in this scope. */
    public int size() {
        return values.size();
    }

    private IValue own(IValue value) {
        values.add(value);
        open.incrementAndGet();
        return value;
    }

    private static void requireBytes(ByteBuffer bytes, TensorType type, TensorShape shape) {
        long expected = Math.multiplyExact(shape.elements(), type.bytes());
        if (bytes.remaining() != expected) {
            throw new IllegalArgumentException(
                    "%d bytes for a tensor %s %s, expected %d"
                            .formatted(bytes.remaining(), type, shape, expected));
        }
    }

    private static ByteBuffer copied(ByteBuffer bytes) {
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.remaining());
        return direct.put(bytes.duplicate()).flip();
    }

    private static DataType dataType(TensorType type) {
        return switch (type) {
            case F64 -> DataType.FLOAT64;
            case F32 -> DataType.FLOAT32;
            case F16 -> DataType.FLOAT16;
            case I64 -> DataType.INT64;
            case I32 -> DataType.INT32;
            case I8 -> DataType.INT8;
            case U8, F8_E4M3, F8_E5M2 ->
                    DataType.UINT8; // DJL has no float8: the graph decodes the bytes
            case BOOL -> DataType.BOOLEAN;
            case BF16, I16 ->
                    throw new IllegalArgumentException(
                            "DJL's native layer knows no %s and would end the process: use bytes"
                                    .formatted(type));
        };
    }

    @Override
    public void close() {
        for (int i = values.size() - 1; i >= 0; i--) {
            values.get(i).close();
        }
        open.addAndGet(-values.size());
        values.clear();
        if (!closed) {
            closed = true;
            open.decrementAndGet();
        }
        manager.close();
    }
}
