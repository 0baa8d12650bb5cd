package io.heritage.observe.trace;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;

/**
 * While open, the work of the thread that opened it belongs to a span; the same thread closes it.
 */
public final class TraceScope implements AutoCloseable {
    private final Scope scope;

    @SuppressWarnings("MustBeClosedChecker") // with this
    TraceScope(Context context) {
        this.scope = context.makeCurrent();
    }

    @Override
    public void close() {
        scope.close();
    }
}
