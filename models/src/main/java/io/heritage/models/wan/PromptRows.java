package io.heritage.models.wan;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Cache of recent prompts' rows, so that the encoder is not loaded again for them. */
final class PromptRows implements AutoCloseable {
    private static final int KEPT = 8;

    private final TorchRuntime runtime;
    private final Map<String, Entry> entries = new LinkedHashMap<>(KEPT, 0.75f, true);

    private record Entry(TensorScope scope, IValue rows) {}

    PromptRows(TorchRuntime runtime) {
        this.runtime = runtime;
    }

    /** [n, D], or null if the prompt is not in the cache. */
    @Nullable IValue known(String prompt) {
        Entry entry = entries.get(prompt);
        return entry == null ? null : entry.rows;
    }

    /**
     * @param encode makes rows in the given scope
     * @return [n, D], valid until it is evicted by other prompts
     */
    IValue keep(String prompt, Function<TensorScope, IValue> encode) {
        TensorScope scope = runtime.newScope();
        try {
            IValue rows = encode.apply(scope);
            entries.put(prompt, new Entry(scope, rows));
            forgetOldest();
            return rows;
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
    }

    private void forgetOldest() {
        if (entries.size() > KEPT) {
            var oldest = entries.values().iterator();
            oldest.next().scope.close();
            oldest.remove();
        }
    }

    @Override
    public void close() {
        entries.values().forEach(entry -> entry.scope.close());
        entries.clear();
    }
}
