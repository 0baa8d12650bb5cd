package io.heritage.sink.fold;

import java.time.Duration;
import java.util.function.Consumer;

/** Calls webhooks, a bounded number at the same time. */
public interface WebhookCall {

    /** What came of one attempt. */
    sealed interface Result {
        String detail();
    }

    record Delivered(String detail) implements Result {}

    /** May go better next time. */
    record Failed(String detail) implements Result {}

    /** Will not go better: no URL to call, or an address that is not allowed. */
    record Refused(String detail) implements Result {}

    /**
     * Begins one attempt without blocking.
     *
     * @param done called once, on another thread
     * @return the longest it may take; zero if nothing was begun because enough are under way
     */
    Duration begin(TrackedJob job, Consumer<Result> done);
}
