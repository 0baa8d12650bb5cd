package io.heritage.models.wan.sampling;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.wan.sampling.LatentSums.Kept;
import io.heritage.models.wan.sampling.LatentSums.Term;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * DPM-Solver++ (2M), with or without fresh noise at each step (SDE); docs/spec/wan22.md, section
 * 8.4. First order at both ends, second between.
 */
final class DpmSolver implements Solver {
    private final LatentSums sums;
    private final SigmaTable table;
    private final @Nullable Function<TensorScope, IValue> noise;
    private @Nullable Kept before;
    private int step;

    /**
     * @param noise fresh noise of the latent's shape at each call; null: none is added
     */
    DpmSolver(LatentSums sums, SigmaTable table, @Nullable Function<TensorScope, IValue> noise) {
        this.sums = sums;
        this.table = table;
        this.noise = noise;
    }

    @Override
    public IValue step(TensorScope scope, IValue x, IValue velocity) {
        LogSnr s = LogSnr.of(table.sigma(step));
        LogSnr t = LogSnr.of(table.sigma(step + 1));
        double h = t.lambda() - s.lambda();
        Kept picture = sums.kept(new Term(1, x), new Term(-s.sigma(), velocity));
        double slope = slope(s, h);
        IValue next =
                noise == null
                        ? deterministic(scope, x, picture, s, t, h, slope)
                        : stochastic(scope, x, picture, s, t, h, slope, noise);
        forget();
        before = picture;
        step++;
        return next;
    }

    /** {@code 1 / (2 r)}: weight of the picture's change since the last step; 0 in first order. */
    private double slope(LogSnr s, double h) {
        boolean first = before == null || step == table.steps() - 1;
        return first ? 0 : h / (s.lambda() - LogSnr.of(table.sigma(step - 1)).lambda()) / 2;
    }

    private IValue deterministic(
            TensorScope scope, IValue x, Kept picture, LogSnr s, LogSnr t, double h, double slope) {
        double gain = -t.alpha() * Math.expm1(-h);
        return sums.sum(
                scope,
                new Term(t.sigma() / s.sigma(), x),
                new Term(gain * (1 + slope), picture.latent()),
                new Term(-gain * slope, latentBefore(picture)));
    }

    private IValue stochastic(
            TensorScope scope,
            IValue x,
            Kept picture,
            LogSnr s,
            LogSnr t,
            double h,
            double slope,
            Function<TensorScope, IValue> fresh) {
        double gain = -t.alpha() * Math.expm1(-2 * h);
        return sums.sum(
                scope,
                new Term(t.sigma() / s.sigma() * Math.exp(-h), x),
                new Term(gain * (1 + slope), picture.latent()),
                new Term(-gain * slope, latentBefore(picture)),
                new Term(t.sigma() * Math.sqrt(-Math.expm1(-2 * h)), fresh.apply(scope)));
    }

    private IValue latentBefore(Kept picture) {
        return before == null ? picture.latent() : before.latent();
    }

    private void forget() {
        if (before != null) {
            before.close();
            before = null;
        }
    }

    @Override
    public void close() {
        forget();
    }
}
