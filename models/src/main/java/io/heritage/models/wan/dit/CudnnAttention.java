package io.heritage.models.wan.dit;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.CudaDevice;
import io.heritage.models.torch.Device;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether attention uses cuDNN's kernel. On Hopper it takes about 0.6 of the time of
 * FlashAttention 2, but some versions of cuDNN lack it or compute it wrongly. A small trial decides
 * when an expert is opened.
 */
public final class CudnnAttention {
    private static final Logger LOG = LoggerFactory.getLogger(CudnnAttention.class);
    private static final int HOPPER = 90;
    private static final String ERROR = "RuntimeError: ";

    /**
     * Both kernels round to 8 bits of mantissa (bf16) at the end and once between; half a percent
     * of the largest number each.
     */
    private static final double ALLOWED_DIFFERENCE = 0.02;

    private CudnnAttention() {}

    /**
     * @param headSize of a head of attention
     * @param computeType of the products, as torch counts types
     * @throws IllegalArgumentException if it is required and not available
     */
    public static boolean chosen(
            TorchRuntime runtime, AttentionKernel wanted, int headSize, int computeType) {
        return chosen(
                wanted,
                capability(runtime.device()),
                () -> objection(runtime, headSize, computeType));
    }

    /**
     * @param capability of the card, such as 90 for sm90; 0: it is none
     * @param trial reason against the kernel, if any
     */
    static boolean chosen(
            AttentionKernel wanted, int capability, Supplier<Optional<String>> trial) {
        return switch (wanted) {
            case SDPA -> false;
            case AUTO -> capability == HOPPER && agrees(trial.get());
            case CUDNN -> {
                trial.get()
                        .ifPresent(why -> {
                            throw new IllegalArgumentException(
                                    "attention CUDNN: %s. Use AUTO or SDPA".formatted(why));
                        });
                yield true;
            }
        };
    }

    private static int capability(Device device) {
        return switch (device) {
            case Device.Cpu _ -> 0;
            case Device.Cuda cuda -> CudaDevice.capability(cuda);
        };
    }

    private static boolean agrees(Optional<String> objection) {
        objection.ifPresent(why ->
                LOG.atWarn()
                        .addKeyValue("error", why)
                        .log("cuDNN attention is not used, interpolation takes longer"));
        return objection.isEmpty();
    }

    private static Optional<String> objection(TorchRuntime runtime, int headSize, int computeType) {
        try {
            return tooFar(difference(runtime, headSize, computeType));
        } catch (EngineException e) {
            return Optional.of("%s has no such kernel (%s)".formatted(runtime.device(), reason(e)));
        }
    }

    /** NaN counts as a difference too. */
    static Optional<String> tooFar(double difference) {
        return difference <= ALLOWED_DIFFERENCE
                ? Optional.empty()
                : Optional.of(
                        "its result differs by %.3g of the largest number, %.3g is allowed"
                                .formatted(difference, ALLOWED_DIFFERENCE));
    }

    private static float difference(TorchRuntime runtime, int headSize, int computeType) {
        try (TorchScript script = runtime.load("wan_dit");
                TensorScope scope = runtime.newScope()) {
            IValue like =
                    scope.tensor(
                            ByteBuffer.allocateDirect(Float.BYTES),
                            TensorType.F32,
                            TensorShape.of(1));
            IValue difference =
                    scope.call(
                            script,
                            "attention_difference",
                            like,
                            scope.number((long) headSize),
                            scope.number((long) computeType));
            return scope.floats(difference).at(0);
        }
    }

    /** The last line of a trace through TorchScript says what happened. */
    private static String reason(EngineException e) {
        String text = String.valueOf(e.getMessage());
        int error = text.lastIndexOf(ERROR);
        return text.substring(error < 0 ? 0 : error + ERROR.length())
                .lines()
                .findFirst()
                .orElse("");
    }
}
