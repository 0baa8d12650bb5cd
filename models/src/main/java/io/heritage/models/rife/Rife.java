package io.heritage.models.rife;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import java.nio.ByteBuffer;

/**
 * RIFE 4.7 with its weights in memory: computes frames between two frames. Huang et al., ECCV 2022;
 * the network is {@code rife47.py}. Used by one thread at a time. Close pairs before it, and it
 * before the runtime.
 */
public final class Rife implements AutoCloseable {
    /**
     * From the growth of the resident set, measured at 640x384 (189 MB) and 1280x720 (607 MB), plus
     * a tenth.
     */
    private static final long BYTES_PER_PIXEL = 625;

    private static final long BYTES_OF_ANY_PAIR = 60_000_000;

    private final TorchRuntime runtime;
    private final TorchScript script;
    private final TensorScope resident;
    private final IValue weights;
    private final RifeWeights.Origin origin;
    private final RifeOptions options;

    private Rife(
            TorchRuntime runtime,
            TorchScript script,
            TensorScope resident,
            IValue weights,
            RifeWeights.Origin origin,
            RifeOptions options) {
        this.runtime = runtime;
        this.script = script;
        this.resident = resident;
        this.weights = weights;
        this.origin = origin;
        this.options = options;
    }

    /**
     * Checks the weights and converts their layout for the device; they may be closed afterwards.
     *
     * @throws io.heritage.models.checkpoint.CheckpointMismatch if keys or shapes are not those of
     *     RIFE 4.7
     * @throws IllegalArgumentException if the precision is not for this device
     */
    public static Rife load(TorchRuntime runtime, RifeWeights weights, RifeOptions options) {
        if (!options.precision().isNativeOn(runtime.device())) {
            throw new IllegalArgumentException(
                    "precision %s does not run fast on %s here: fp32 does, bf16 needs a processor with avx512_bf16, fp16 needs CUDA"
                            .formatted(options.precision(), runtime.device()));
        }
        RifeLayout.of(weights.file(), weights.tensors());
        runtime.enterThread();
        TorchScript script = runtime.load("rife47");
        TensorScope resident = runtime.newScope();
        try (TensorScope step = runtime.newScope()) {
            IValue prepared =
                    step.call(
                            script,
                            "prepare",
                            step.dictionary(weights.tensors()),
                            step.number((long) options.precision().torchType()));
            step.moveTo(resident, prepared);
            return new Rife(runtime, script, resident, prepared, weights.origin(), options);
        } catch (RuntimeException e) {
            resident.close();
            script.close();
            throw e;
        }
    }

    /**
     * Reads two frames and computes their features; the caller closes the pair.
     *
     * @param first RGB, 8 bits, row by row, {@code 3 * width * height} bytes from its position;
     *     left as it is
     * @param second of the same size
     */
    public RifePair pair(ByteBuffer first, ByteBuffer second, int width, int height) {
        return pair(first, second, width, height, RifeProfile.NONE);
    }

    public RifePair pair(
            ByteBuffer first, ByteBuffer second, int width, int height, RifeProfile profile) {
        return pair(
                new RifePair.Frame(first, null),
                new RifePair.Frame(second, null),
                width,
                height,
                profile);
    }

    /** The same with frames of more than 8 bits. */
    public RifePair pair(
            RifePair.Frame first,
            RifePair.Frame second,
            int width,
            int height,
            RifeProfile profile) {
        runtime.enterThread();
        return RifePair.of(
                new RifeCalls(runtime, script, weights), first, second, width, height, profile);
    }

    /**
     * Runs the network's largest convolution alone, eight times in a row as the network does.
     *
     * @return operations a second, to measure the network against
     */
    public double largestConvolutionFlops(int width, int height) {
        int count = 8;
        int padWidth = RifeFlops.padded(width);
        int padHeight = RifeFlops.padded(height);
        runtime.enterThread();
        try (TensorScope step = runtime.newScope()) {
            RifeCalls laidOut = calls().laidOutFor(step, padHeight, padWidth);
            long start = System.nanoTime();
            laidOut.largestConvolutions(step, padHeight, padWidth, count);
            double seconds = (System.nanoTime() - start) / 1e9;
            return count * RifeFlops.largestConvolution(padWidth, padHeight) / seconds;
        }
    }

    /** Peak memory of a pair of this size while a frame is computed, without weights. */
    public static long peakBytes(int width, int height) {
        long pixels = (long) RifeFlops.padded(width) * RifeFlops.padded(height);
        return Math.addExact(BYTES_OF_ANY_PAIR, Math.multiplyExact(pixels, BYTES_PER_PIXEL));
    }

    public RifeWeights.Origin weights() {
        return origin;
    }

    public RifeOptions options() {
        return options;
    }

    /** For comparison with reference tensors. */
    public RifeCalls calls() {
        return new RifeCalls(runtime, script, weights);
    }

    @Override
    public void close() {
        resident.close();
        script.close();
    }
}
