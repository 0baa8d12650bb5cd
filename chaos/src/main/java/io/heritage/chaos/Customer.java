package io.heritage.chaos;

import java.util.Set;

/**
 * Plan of one client, decided before the run.
 *
 * @param atMillis when it submits its job, since the beginning of the load
 * @param mediaBytes size of the input
 * @param executionTimeoutMillis 0 for the endpoint's
 * @param cancelAfterMillis after the acknowledgement; -1 never
 * @param retries whether it retries a failed job once
 * @param waitMillis how long it waits for an answer
 * @param keyed whether it names its request by an {@code Idempotency-Key} and repeats it: until it
 *     is acknowledged, and once more
 */
record Customer(
        String endpoint,
        Way way,
        Script script,
        long atMillis,
        int mediaBytes,
        boolean webhook,
        long executionTimeoutMillis,
        boolean lowPriority,
        long cancelAfterMillis,
        boolean retries,
        long waitMillis,
        boolean keyed) {

    /** How it gets the result. */
    enum Way {
        ASYNC,
        SYNC,
        /** {@code /stream}; the service says what is next. */
        STREAM,
        /** {@code /stream?from=N}. */
        STREAM_FROM
    }

    /** In which statuses the job may end, if it is not cancelled. */
    Set<String> ends() {
        return isTooLong() || script.outcome() != Script.ScriptedEnd.COMPLETE && !mayComplete()
                ? Set.of("FAILED")
                : mayFail() ? Set.of("COMPLETED", "FAILED") : Set.of("COMPLETED");
    }

    private boolean mayComplete() {
        return mayFail() || script.outcome() == Script.ScriptedEnd.CRASH_ONCE;
    }

    /** A worker may have died after it left its mark. */
    private boolean mayFail() {
        return script.outcome() == Script.ScriptedEnd.FAIL_ONCE;
    }

    private boolean isTooLong() {
        return executionTimeoutMillis > 0 && script.workMillis() > executionTimeoutMillis;
    }

    /** How the error of a failed job begins. */
    String failure() {
        if (isTooLong()) {
            return "executionTimeout exceeded";
        }
        return switch (script.outcome()) {
            case POISON -> "job timed out after";
            case FAIL, FAIL_ONCE -> script.failure();
            case COMPLETE, CRASH_ONCE -> "nothing: it must not fail";
        };
    }
}
