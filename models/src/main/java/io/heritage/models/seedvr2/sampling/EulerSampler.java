package io.heritage.models.seedvr2.sampling;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.torch.RollingScope;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;

/**
 * Euler steps from noise to a clean latent (docs/spec/seedvr2.md, section 1.6): {@code
 * seedvr2_sampling.py}. With one step the result is {@code noise - velocity}.
 */
public final class EulerSampler implements AutoCloseable {
    private final TorchRuntime runtime;
    private final TorchScript script;

    public EulerSampler(TorchRuntime runtime) {
        this.runtime = runtime;
        this.script = runtime.load("seedvr2_sampling");
    }

    /** The network under guidance. */
    @FunctionalInterface
    public interface GuidedVelocity {
        /**
         * @param scope owner of the result
         * @param x latent at that time
         * @param step from 0
         */
        IValue at(TensorScope scope, IValue x, double timestep, int step);
    }

    /**
     * @param scope owner of the result
     * @param noise float32 [T, H, W, 16]
     * @return of the same shape
     */
    public IValue sample(
            TensorScope scope, IValue noise, LerpSchedule schedule, GuidedVelocity velocity) {
        double[] times = schedule.timesteps();
        try (var x = new RollingScope(runtime, s -> step(s, noise, times, 0, velocity))) {
            for (int i = 1; i < times.length; i++) {
                int index = i;
                x.next(s -> step(s, x.value(), times, index, velocity));
            }
            return x.into(scope);
        }
    }

    private IValue step(
            TensorScope scope, IValue x, double[] times, int index, GuidedVelocity velocity) {
        double next = index + 1 < times.length ? times[index + 1] : 0;
        try (TensorScope own = runtime.newScope()) {
            return scope.call(
                    script,
                    "step",
                    x,
                    velocity.at(own, x, times[index], index),
                    own.number(times[index]),
                    own.number(next));
        }
    }

    /** Noisy latent, condition and mask: [T, H, W, 33]. */
    public IValue input(TensorScope scope, IValue x, IValue condition) {
        return scope.call(script, "input", x, condition);
    }

    /** Both velocities [..., 16] under guidance. */
    public IValue guided(TensorScope scope, IValue positive, IValue negative, Guidance guidance) {
        return scope.call(
                script,
                "guided",
                positive,
                negative,
                scope.number(guidance.scale()),
                scope.number(guidance.rescale()));
    }

    @Override
    public void close() {
        script.close();
    }
}
