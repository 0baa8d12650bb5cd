package io.heritage.models.seedvr2;

import io.heritage.models.Cancellation;
import io.heritage.models.PipelineCancelled;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Stops all devices of a job when one of them fails or is stopped. Any thread. */
final class SharedStop implements Cancellation {
    private @Nullable Throwable reason;

    /** Sets the reason, unless there is one already. */
    synchronized void because(Throwable why) {
        if (reason == null) {
            reason = why;
        }
    }

    synchronized boolean isRequested() {
        return reason != null;
    }

    @Override
    public void checkpoint() {
        if (isRequested()) {
            throw new PipelineCancelled();
        }
    }

    /** For a thread that was interrupted while it waited; it stays interrupted. */
    static RuntimeException interrupted() {
        Thread.currentThread().interrupt();
        return new UncheckedIOException(
                new InterruptedIOException("interrupted while waiting for a device"));
    }

    /** Throws the reason, if there is one. */
    synchronized void rethrow() {
        switch (reason) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null -> {}
            default -> throw new IllegalStateException(reason);
        }
    }
}
