package io.heritage.transport.queue;

import java.time.Duration;

/**
 * Time that a lane may take to answer when asked for a job, derived from Kafka's latency. Guarded
 * by the lock of {@link LaneSchedule}.
 */
final class AnswerTime {
    /**
     * A fetch of a job that waits takes about as long as an acknowledgement: 2 ms if all is quiet.
     */
    private static final int ROUND_TRIPS = 3;

    private static final Duration MOST = Duration.ofMillis(100);

    private final Duration least;
    private long nanos;

    AnswerTime(Duration least) {
        this.least = least;
        tookRoundTrip(MOST.toNanos());
    }

    /** Records how long Kafka took to answer. */
    void tookRoundTrip(long took) {
        nanos = Math.max(least.toNanos(), Math.min(ROUND_TRIPS * took, MOST.toNanos()));
    }

    long nanos() {
        return nanos;
    }
}
