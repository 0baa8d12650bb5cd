package io.heritage.chaos;

import java.util.List;
import java.util.Set;

/**
 * A client that stores media and submits several jobs as a batch. It names its request by an {@code
 * Idempotency-Key} and repeats it.
 *
 * @param tag names the batch
 * @param atMillis when it begins, since the beginning of the load
 * @param mediaBytes size of the input that all share
 * @param jobs in the order of the batch
 */
record BatchCustomer(String tag, long atMillis, int mediaBytes, List<Customer> jobs) {
    /** How a batch ends: all of its jobs may have failed. */
    static final Set<String> ENDS = Set.of("COMPLETED", "FAILED");

    /** Start of the error if none has completed. */
    static final String FAILURE = "none of the";

    BatchCustomer {
        jobs = List.copyOf(jobs);
    }

    /** The id of a job of a batch, by the id of that. */
    static String jobId(String batch, int index) {
        return batch + "-b" + index;
    }
}
