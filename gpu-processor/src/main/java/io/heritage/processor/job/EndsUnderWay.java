package io.heritage.processor.job;

import io.heritage.transport.log.Sent;
import java.util.ArrayDeque;
import java.util.Deque;

/** Unacknowledged ends of jobs. Their number is limited, so that a slow Kafka slows down work. */
final class EndsUnderWay {
    private static final int MOST = 64;

    private final Deque<Sent> ends = new ArrayDeque<>();

    /**
     * @throws io.heritage.transport.kafka.TransportUnavailable if one was not acknowledged
     */
    void add(Sent end) {
        ends.add(end);
        check();
        while (ends.size() > MOST) {
            ends.remove().await();
        }
    }

    /** Removes acknowledged ends; throws as {@link #add}. */
    void check() {
        while (!ends.isEmpty() && ends.element().isDone()) {
            ends.remove().await();
        }
    }

    /** Waits for all ends; throws as {@link #add}. */
    void awaitAll() {
        while (!ends.isEmpty()) {
            ends.remove().await();
        }
    }
}
