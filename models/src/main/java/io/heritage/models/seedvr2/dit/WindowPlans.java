package io.heritage.models.seedvr2.dit;

import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import java.util.LinkedHashMap;
import java.util.Map;

/** Cache of the most recently used plans. */
final class WindowPlans implements AutoCloseable {
    /** Two texts of a chunk, and of a shorter chunk at the end of a video. */
    private static final int KEPT = 4;

    private final TorchRuntime runtime;
    private final TorchScript script;
    private final Rope rope;
    private final WindowPartition partition;
    private final LinkedHashMap<PlanKey, Owned> plans = new LinkedHashMap<>(16, 0.75f, true);

    private record PlanKey(TokenGrid grid, int textTokens) {}

    private record Owned(TensorScope scope, WindowPlan plan) {}

    WindowPlans(TorchRuntime runtime, TorchScript script, Rope rope, WindowPartition partition) {
        this.runtime = runtime;
        this.script = script;
        this.rope = rope;
        this.partition = partition;
    }

    /** The plan of a size, owned by this cache and valid until it is evicted by other sizes. */
    WindowPlan get(TokenGrid grid, int textTokens) {
        var size = new PlanKey(grid, textTokens);
        Owned known = plans.get(size);
        return known != null ? known.plan : make(size);
    }

    private WindowPlan make(PlanKey size) {
        evict();
        TensorScope scope = runtime.newScope();
        try {
            var plan = WindowPlan.of(scope, script, rope, partition, size.grid, size.textTokens);
            plans.put(size, new Owned(scope, plan));
            return plan;
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
    }

    private void evict() {
        if (plans.size() >= KEPT) {
            Map.Entry<PlanKey, Owned> eldest = plans.firstEntry();
            plans.remove(eldest.getKey());
            eldest.getValue().scope.close();
        }
    }

    @Override
    public void close() {
        plans.values().forEach(owned -> owned.scope.close());
        plans.clear();
    }
}
