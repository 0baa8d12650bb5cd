package io.heritage.observe.trace;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;

/** Work of the thread that opened it belongs to a span until it is closed, by the same thread. */
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
