package io.heritage.benchmarks;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.FloatTensor;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import java.util.function.Function;

/**
 * Runs our network and the one in eager PyTorch in turns, on the same inputs. Compares the outputs
 * and takes the best of several runs.
 */
record EagerRace(TorchRuntime runtime, EagerPeer peer, int runs) {
    private static final double LARGEST_ERROR = 1e-3;

    /** Standard normal float32 numbers in a direct buffer, with a fixed seed. */
    static ByteBuffer normal(long... sizes) {
        long count = TensorShape.of(sizes).elements();
        ByteBuffer values =
                ByteBuffer.allocateDirect(Math.toIntExact(count * Float.BYTES))
                        .order(ByteOrder.nativeOrder());
        var random = new Random(count);
        while (values.hasRemaining()) {
            values.putFloat((float) random.nextGaussian());
        }
        return values.flip();
    }

    /** One float32 number. */
    static ByteBuffer number(float value) {
        return ByteBuffer.allocateDirect(Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .putFloat(value)
                .flip();
    }

    static IValue tensor(TensorScope scope, ByteBuffer values, long... sizes) {
        return scope.tensor(values.duplicate(), TensorType.F32, TensorShape.of(sizes));
    }

    /**
     * @param operation of {@code eager/peer.py}, whose inputs it has
     * @param ours the same; answers a tensor of that scope
     */
    void run(String operation, Function<TensorScope, IValue> ours) throws IOException {
        double best = Double.POSITIVE_INFINITY;
        double bestEager = Double.POSITIVE_INFINITY;
        double error = 0;
        for (int i = 0; i <= runs; i++) {
            try (TensorScope scope = runtime.newScope()) {
                long start = System.nanoTime();
                IValue result = ours.apply(scope);
                double seconds = (System.nanoTime() - start) / 1e9;
                double eager = peer.run(operation);
                if (i == 0) {
                    error = StageTimes.relativeError(floats(scope.floats(result)), peer.output());
                } else {
                    best = Math.min(best, seconds);
                    bestEager = Math.min(bestEager, eager);
                }
            }
        }
        System.out.printf(
                "  %-15s ours %.3f s, eager PyTorch %.3f s: ratio %.2f, relative difference %.1e%n",
                operation, best, bestEager, bestEager / best, error);
        if (!(error < LARGEST_ERROR)) {
            throw new IllegalStateException(
                    "%s differs from eager PyTorch by %.1e".formatted(operation, error));
        }
    }

    private static FloatBuffer floats(FloatTensor tensor) {
        FloatBuffer values = FloatBuffer.allocate(tensor.size());
        for (int i = 0; i < tensor.size(); i++) {
            values.put(tensor.at(i));
        }
        return values.flip();
    }
}
