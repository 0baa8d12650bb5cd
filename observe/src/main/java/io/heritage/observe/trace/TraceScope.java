package io.heritage.observe.trace;

import io.opentelemetry.context.Scope;

/** Work of the thread that opened it belongs to a span until it is closed, by the same thread. */
public final class TraceScope implements AutoCloseable {
    private final Scope scope;

    TraceScope(Scope scope) {
        this.scope = scope;
    }

    @Override
    public void close() {
        scope.close();
    }
}
