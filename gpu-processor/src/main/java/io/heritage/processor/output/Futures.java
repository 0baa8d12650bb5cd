package io.heritage.processor.output;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waits for the result of another thread and rethrows its exception as it was thrown there. */
public final class Futures {
    private Futures() {}

    static <T> T of(Future<T> work) throws IOException {
        try {
            return work.get();
        } catch (InterruptedException e) {
            var interrupted = new InterruptedIOException("interrupted while waiting for a thread");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            throw causeOf(e);
        }
    }

    /** The exception of work that throws no checked ones. */
    public static RuntimeException runtimeCauseOf(ExecutionException e) {
        return switch (e.getCause()) {
            case RuntimeException cause -> cause;
            case Error cause -> throw cause;
            case null, default -> new IllegalStateException(e);
        };
    }

    private static IOException causeOf(ExecutionException e) {
        return switch (e.getCause()) {
            case IOException cause -> cause;
            case RuntimeException cause -> throw cause;
            case Error cause -> throw cause;
            case null, default -> throw new IllegalStateException(e);
        };
    }
}
