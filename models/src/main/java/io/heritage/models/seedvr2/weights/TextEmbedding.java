package io.heritage.models.seedvr2.weights;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.FloatPatterns;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.TensorScope;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * One of the two fixed texts that replace a text encoder (docs/spec/seedvr2.md, section 1.5).
 *
 * @param values [tokens, width]; the owner is the scope it was loaded into
 */
public record TextEmbedding(IValue values, int tokens, int width) {
    private static final String POSITIVE = "pos_emb.pt";
    private static final String NEGATIVE = "neg_emb.pt";

    /**
     * @param checkpoint open as long as the scope
     * @throws CheckpointMismatch if it is not one matrix
     */
    public static TextEmbedding of(TensorScope scope, Checkpoint checkpoint) {
        if (checkpoint.tensors().size() != 1) {
            throw new CheckpointMismatch(
                    checkpoint.name(),
                    "text embedding",
                    "one tensor",
                    checkpoint.tensors().size() + " tensors");
        }
        return of(scope, checkpoint.tensors().values().iterator().next());
    }

    public static TextEmbedding of(TensorScope scope, CheckpointTensor tensor) {
        var sizes = tensor.shape().sizes();
        if (sizes.size() != 2) {
            throw new CheckpointMismatch(
                    "text embedding", tensor.key(), "[tokens, width]", tensor.shape().toString());
        }
        return new TextEmbedding(
                values(scope, tensor),
                Math.toIntExact(sizes.get(0)),
                Math.toIntExact(sizes.get(1)));
    }

    private static IValue values(TensorScope scope, CheckpointTensor tensor) {
        if (tensor.type() != TensorType.BF16) {
            return scope.tensor(tensor.bytes(), tensor.type(), tensor.shape());
        }
        ByteBuffer halves = tensor.bytes();
        ByteBuffer floats =
                ByteBuffer.allocateDirect(2 * halves.remaining()).order(ByteOrder.nativeOrder());
        while (halves.hasRemaining()) {
            floats.putFloat(FloatPatterns.bfloat16(halves.getShort()));
        }
        return scope.tensor(floats.flip(), TensorType.F32, tensor.shape());
    }

    /** The files of the official release that ship with Heritage; the caller closes them. */
    public static Checkpoint positive() {
        return embedded(POSITIVE);
    }

    public static Checkpoint negative() {
        return embedded(NEGATIVE);
    }

    private static Checkpoint embedded(String name) {
        try (InputStream in =
                Objects.requireNonNull(
                        TextEmbedding.class.getResourceAsStream(name), "embedded " + name)) {
            return Checkpoint.of("embedded " + name, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
