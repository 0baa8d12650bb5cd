package io.heritage.models.wan.sampling;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.wan.sampling.LatentSums.Term;

/** Euler's method: docs/spec/wan22.md, section 8.3. */
final class EulerSolver implements Solver {
    private final LatentSums sums;
    private final SigmaTable table;
    private int step;

    EulerSolver(LatentSums sums, SigmaTable table) {
        this.sums = sums;
        this.table = table;
    }

    @Override
    public IValue step(TensorScope scope, IValue x, IValue velocity) {
        double change = table.sigma(step + 1) - table.sigma(step);
        step++;
        return sums.sum(scope, new Term(1, x), new Term(change, velocity));
    }

    @Override
    public void close() {}
}
