package io.heritage.models.wan.sampling;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import java.util.function.Function;

/** Samples a latent from noise with two experts. */
public final class Sampler implements AutoCloseable {
    private final TorchRuntime runtime;
    private final TorchScript script;
    private final LatentSums sums;

    private Sampler(TorchRuntime runtime, TorchScript script) {
        this.runtime = runtime;
        this.script = script;
        this.sums = new LatentSums(runtime, script);
    }

    /** The caller closes it. */
    public static Sampler open(TorchRuntime runtime) {
        return new Sampler(runtime, runtime.load("wan_sampling"));
    }

    /** Evaluates an expert. */
    @FunctionalInterface
    public interface ExpertVelocity {
        /**
         * @param step of all, from 0
         * @param x the latent
         * @param timestep 0 to 1000
         * @return noise minus picture, of the latent's shape
         */
        IValue of(TensorScope scope, Expert expert, int step, IValue x, double timestep);
    }

    /** Called after each step. */
    @FunctionalInterface
    public interface Listener {
        /**
         * @param x the latent after it; lives until this returns
         */
        void done(int step, IValue x);
    }

    /**
     * @param kind of solver, as the table's
     * @param freshNoise of the latent's shape, a new one at each call; asked by SDE solvers only
     */
    public record Walk(
            SolverKind kind,
            SigmaTable table,
            ExpertSplit split,
            Function<TensorScope, IValue> freshNoise) {
        public int highSteps() {
            return split.highSteps(table);
        }

        Expert expert(int step) {
            return step < highSteps() ? Expert.HIGH_NOISE : Expert.LOW_NOISE;
        }
    }

    /**
     * @param scope owner of the result
     * @param start the noise
     */
    public IValue walk(
            TensorScope scope,
            IValue start,
            Walk walk,
            ExpertVelocity velocity,
            Listener listener) {
        int seam = walk.split == ExpertSplit.TWO_SAMPLERS ? walk.highSteps() : 0;
        if (seam == 0) {
            return part(scope, start, walk, 0, walk.table.steps(), velocity, listener);
        }
        try (TensorScope own = runtime.newScope()) {
            IValue between = part(own, start, walk, 0, seam, velocity, listener);
            return part(scope, between, walk, seam, walk.table.steps(), velocity, listener);
        }
    }

    private IValue part(
            TensorScope scope,
            IValue start,
            Walk walk,
            int from,
            int to,
            ExpertVelocity velocity,
            Listener listener) {
        TensorScope before = runtime.newScope();
        IValue x = start;
        try (Solver solver = solver(walk, walk.table.part(from, to))) {
            for (int i = from; i < to; i++) {
                TensorScope after = runtime.newScope();
                try (TensorScope step = runtime.newScope()) {
                    IValue v = velocity.of(step, walk.expert(i), i, x, walk.table.timestep(i));
                    x = solver.step(after, x, v);
                } finally {
                    before.close();
                    before = after;
                }
                listener.done(i, x);
            }
            return before.moveTo(scope, x);
        } finally {
            before.close();
        }
    }

    /**
     * For comparison with reference tensors: {@code W x + c (0.3 + t / 1000)} over the channels.
     *
     * @param x [C, T, H, W]
     * @param weight [C, C]
     * @param constant of x's shape
     */
    public IValue toyVelocity(
            TensorScope scope, IValue x, IValue weight, IValue constant, double timestep) {
        return scope.call(script, "toy_velocity", x, weight, constant, scope.number(timestep));
    }

    private Solver solver(Walk walk, SigmaTable table) {
        return switch (walk.kind) {
            case EULER, EULER_WRAPPER -> new EulerSolver(sums, table);
            case UNIPC, UNIPC_WRAPPER -> new UniPcSolver(sums, table);
            case DPMPP, DPMPP_WRAPPER -> new DpmSolver(sums, table, null);
            case DPMPP_SDE_WRAPPER -> new DpmSolver(sums, table, walk.freshNoise);
        };
    }

    @Override
    public void close() {
        script.close();
    }
}
