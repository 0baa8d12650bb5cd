package io.heritage.models.wan.sampling;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.wan.sampling.LatentSums.Kept;
import io.heritage.models.wan.sampling.LatentSums.Term;
import org.jspecify.annotations.Nullable;

/**
 * UniPC of order 2, "bh2", predicting the picture; docs/spec/wan22.md, section 8.5. Each step first
 * corrects the previous one with the expert's answer at its end.
 */
final class UniPcSolver implements Solver {
    private static final int ORDER = 2;

    private final LatentSums sums;
    private final SigmaTable table;
    private @Nullable Kept earlier;
    private @Nullable Kept last;
    private @Nullable Kept lastStart;
    private int lastOrder;
    private int step;

    UniPcSolver(LatentSums sums, SigmaTable table) {
        this.sums = sums;
        this.table = table;
    }

    @Override
    public IValue step(TensorScope scope, IValue x, IValue velocity) {
        Kept picture = sums.kept(new Term(1, x), new Term(-table.sigma(step), velocity));
        Kept start = sums.kept(corrected(x, picture));
        shift(picture, start);
        lastOrder = Math.min(ORDER, Math.min(table.steps() - step, step + 1));
        IValue next = predicted(scope, start, picture);
        step++;
        return next;
    }

    /** The latent that the step starts from, as summands. */
    private Term[] corrected(IValue x, Kept picture) {
        if (last == null || lastStart == null) {
            return new Term[] {new Term(1, x)};
        }
        LogSnr s = LogSnr.of(table.sigma(step - 1));
        LogSnr t = LogSnr.of(table.sigma(step));
        double h = t.lambda() - s.lambda();
        double b = Math.expm1(-h);
        double gain = -t.alpha() * b;
        Term base = new Term(t.sigma() / s.sigma(), lastStart.latent());
        if (lastOrder == 1 || earlier == null) {
            return new Term[] {
                base, new Term(gain / 2, last.latent()), new Term(gain / 2, picture.latent())
            };
        }
        double r = (LogSnr.of(table.sigma(step - 2)).lambda() - s.lambda()) / h;
        double g = -h;
        double phi1 = b / g - 1;
        double phi2 = phi1 / g - 0.5;
        double b1 = phi1 / b;
        double b2 = 2 * phi2 / b;
        double rho1 = (b1 - b2) / (1 - r);
        double rho2 = b1 - rho1;
        return new Term[] {
            base,
            new Term(gain * (1 - rho1 / r - rho2), last.latent()),
            new Term(gain * rho1 / r, earlier.latent()),
            new Term(gain * rho2, picture.latent())
        };
    }

    private IValue predicted(TensorScope scope, Kept start, Kept picture) {
        LogSnr s = LogSnr.of(table.sigma(step));
        LogSnr t = LogSnr.of(table.sigma(step + 1));
        double h = t.lambda() - s.lambda();
        double gain = -t.alpha() * Math.expm1(-h);
        Term base = new Term(t.sigma() / s.sigma(), start.latent());
        if (lastOrder == 1 || earlier == null) {
            return sums.sum(scope, base, new Term(gain, picture.latent()));
        }
        double slope = h / (LogSnr.of(table.sigma(step - 1)).lambda() - s.lambda()) / 2;
        return sums.sum(
                scope,
                base,
                new Term(gain * (1 - slope), picture.latent()),
                new Term(gain * slope, earlier.latent()));
    }

    private void shift(Kept picture, Kept start) {
        close(earlier);
        close(lastStart);
        earlier = last;
        last = picture;
        lastStart = start;
    }

    private static void close(@Nullable Kept kept) {
        if (kept != null) {
            kept.close();
        }
    }

    @Override
    public void close() {
        close(earlier);
        close(last);
        close(lastStart);
        earlier = null;
        last = null;
        lastStart = null;
    }
}
