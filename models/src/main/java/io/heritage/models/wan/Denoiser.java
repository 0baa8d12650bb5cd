package io.heritage.models.wan;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.wan.dit.BlockListener;
import io.heritage.models.wan.dit.LatentSize;
import io.heritage.models.wan.dit.WanDit;
import io.heritage.models.wan.sampling.Expert;
import io.heritage.models.wan.sampling.Sampler;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Denoising from noise to a latent with both experts.
 *
 * @param experts loads an expert if needed
 */
public record Denoiser(Sampler sampler, Function<Expert, WanDit> experts, ExpertGuidance guidance) {
    /**
     * The inputs of the experts, the same at every step.
     *
     * @param images [20, T, H, W], mask and conditioning latent
     * @param positive rows of the prompt, [n, D]
     * @param negative the same; null where guidance asks for none
     */
    public record Inputs(
            LatentSize size, IValue images, IValue positive, @Nullable IValue negative) {}

    /**
     * @param noise [16, T, H, W]
     * @param blockDone called after each block of each pass; an exception stops the sampling
     */
    public IValue latent(
            TensorScope scope,
            IValue noise,
            Inputs given,
            Sampler.Walk walk,
            Runnable blockDone,
            Sampler.Listener listener) {
        BlockListener blocks = (_, _) -> blockDone.run();
        return sampler.walk(
                scope,
                noise,
                walk,
                (step, expert, _, x, timestep) ->
                        velocity(step, expert, x, timestep, given, blocks),
                listener);
    }

    private IValue velocity(
            TensorScope scope,
            Expert expert,
            IValue x,
            double timestep,
            Inputs given,
            BlockListener blocks) {
        WanDit dit = experts.apply(expert);
        LatentSize size = given.size;
        IValue positive =
                dit.velocity(scope, size, x, given.images, timestep, given.positive, blocks);
        if (!guidance.asksNegative(expert)) {
            return positive;
        }
        IValue text = Objects.requireNonNull(given.negative, "guidance needs a negative prompt");
        IValue negative = dit.velocity(scope, size, x, given.images, timestep, text, blocks);
        return dit.guided(scope, negative, positive, guidance.of(expert));
    }

    /** Number of calls of {@code blockDone}. */
    int passes(Sampler.Walk walk) {
        int high = walk.highSteps() * (guidance.asksNegative(Expert.HIGH_NOISE) ? 2 : 1);
        int low =
                (walk.table().steps() - walk.highSteps())
                        * (guidance.asksNegative(Expert.LOW_NOISE) ? 2 : 1);
        return high + low;
    }
}
