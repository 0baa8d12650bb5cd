package io.heritage.models.rife;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.torch.Device;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;

/**
 * The methods of {@code rife47.py} with the weights supplied. Results live in the given scope.
 * Shapes have the names of the source: {@code [2, 7, P, Q]} is a pair, P and Q the padded size.
 */
public final class RifeCalls {
    private final TorchRuntime runtime;
    private final TorchScript script;
    private final IValue weights;

    RifeCalls(TorchRuntime runtime, TorchScript script, IValue weights) {
        this.runtime = runtime;
        this.script = script;
        this.weights = weights;
    }

    /** Pixel coordinates of the padded size, and the length of a pixel in their measure. */
    public record Coordinates(IValue pixels, IValue unit) {}

    /** In pixels [1, 4, P, Q], and the mask before its sigmoid [1, 1, P, Q]. */
    public record Flow(IValue flow, IValue mask) {}

    /** A new owner of results; the caller closes it. */
    public TensorScope newScope() {
        return runtime.newScope();
    }

    /**
     * The same calls with weights laid out for frames of this padded size, which is faster on the
     * CPU.
     *
     * @param scope owns the laid out weights
     */
    RifeCalls laidOutFor(TensorScope scope, int height, int width) {
        return switch (runtime.device()) {
            case Device.Cuda _ -> this;
            case Device.Cpu _ ->
                    new RifeCalls(
                            runtime,
                            script,
                            scope.call(
                                    script,
                                    "laid_out",
                                    weights,
                                    scope.number((long) height),
                                    scope.number((long) width)));
        };
    }

    public Coordinates coordinates(TensorScope scope, int height, int width, IValue like) {
        IValue[] parts =
                scope.parts(
                        scope.call(
                                script,
                                "coordinates",
                                scope.number((long) height),
                                scope.number((long) width),
                                like));
        return new Coordinates(parts[0], parts[1]);
    }

    /**
     * @param rgb uint8 [H, W, 3]
     * @return [1, 7, P, Q]
     */
    IValue encode(TensorScope scope, IValue rgb, int padHeight, int padWidth) {
        return scope.call(
                script,
                "encode",
                weights,
                rgb,
                scope.number((long) padHeight),
                scope.number((long) padWidth));
    }

    /**
     * @param picture float32 [3, H, W], 0 to 1
     * @return [1, 7, P, Q]
     */
    IValue encodePicture(TensorScope scope, IValue picture, int padHeight, int padWidth) {
        return scope.call(
                script,
                "encode_picture",
                weights,
                picture,
                scope.number((long) padHeight),
                scope.number((long) padWidth));
    }

    IValue pair(TensorScope scope, IValue first, IValue second) {
        return scope.call(script, "pair", first, second);
    }

    Flow firstFlow(TensorScope scope, IValue pair, double t) {
        return flow(scope, scope.call(script, "first_flow", weights, pair, scope.number(t)));
    }

    Flow refinedFlow(
            TensorScope scope, int block, IValue pair, Coordinates at, Flow flow, double t) {
        return flow(
                scope,
                scope.call(
                        script,
                        "refined_flow",
                        weights,
                        scope.number((long) block),
                        pair,
                        at.pixels(),
                        at.unit(),
                        flow.flow(),
                        flow.mask(),
                        scope.number(t)));
    }

    void writeFrame(TensorScope scope, IValue pair, Coordinates at, Flow flow, IValue rgb) {
        scope.call(
                script, "write_frame", pair, at.pixels(), at.unit(), flow.flow(), flow.mask(), rgb);
    }

    /** Float32 [3, H, W], 0 to 1. */
    IValue frame(TensorScope scope, IValue pair, Coordinates at, Flow flow, int height, int width) {
        return scope.call(
                script,
                "frame",
                pair,
                at.pixels(),
                at.unit(),
                flow.flow(),
                flow.mask(),
                scope.number((long) height),
                scope.number((long) width));
    }

    /**
     * @param image float32 [1, 3, P, Q]
     * @return [1, 4, P, Q]
     */
    public IValue imageFeatures(TensorScope scope, IValue image) {
        return scope.call(script, "image_features", weights, image);
    }

    /**
     * Block 0 between input and output of full size.
     *
     * @param x [1, 15, P, Q]
     */
    public Flow wholeFirstBlock(TensorScope scope, IValue x) {
        return flow(scope, scope.call(script, "whole_first_block", weights, x));
    }

    /**
     * A later block between input and output of full size.
     *
     * @param x [1, 16, P, Q]
     * @return what it adds to the flow, and the mask
     */
    public Flow wholeBlock(TensorScope scope, int block, IValue x, IValue flow) {
        return flow(
                scope,
                scope.call(script, "whole_block", weights, scope.number((long) block), x, flow));
    }

    /**
     * @param image float32 [N, C, P, Q]
     * @param flow [N, 2, P, Q]
     */
    public IValue warped(TensorScope scope, IValue image, Coordinates at, IValue flow) {
        return scope.call(script, "warped", image, at.pixels(), at.unit(), flow);
    }

    IValue largestConvolutions(TensorScope scope, int height, int width, int count) {
        return scope.call(
                script,
                "largest_convolutions",
                weights,
                scope.number((long) height),
                scope.number((long) width),
                scope.number((long) count));
    }

    private static Flow flow(TensorScope scope, IValue tuple) {
        IValue[] parts = scope.parts(tuple);
        return new Flow(parts[0], parts[1]);
    }
}
