package io.heritage.processor.job;

import io.heritage.observe.Meters;
import io.heritage.observe.Metric;
import io.heritage.observe.trace.TraceScope;
import java.time.Duration;
import java.time.Instant;

/**
 * Records one attempt: the time within each of its stages, and how it ended. Device thread only.
 */
public final class AttemptMeters {
    private final Meters meters;
    private final AttemptTrace trace;
    private String stage = "";
    private long since;

    public AttemptMeters(Meters meters, AttemptTrace trace) {
        this.meters = meters;
        this.trace = trace;
    }

    /**
     * @return until it is closed this thread's work belongs to the attempt
     */
    TraceScope began(Instant at) {
        return trace.began(at);
    }

    /** The work is in this stage now. */
    void in(String next) {
        if (!next.equals(stage)) {
            endStage();
            stage = next;
            since = System.nanoTime();
            trace.in(next);
        }
    }

    /**
     * @param outcome one word
     */
    void ended(String outcome) {
        endStage();
        meters.count(Metric.ATTEMPTS, trace.endpoint(), outcome);
        trace.ended(outcome);
    }

    /** Whether it ended or not: an exception of Kafka leads out of it, too. */
    void left() {
        trace.ended("broken_off");
    }

    private void endStage() {
        if (!stage.isEmpty()) {
            meters.time(
                    Metric.STAGE,
                    Duration.ofNanos(System.nanoTime() - since),
                    trace.endpoint(),
                    stage);
            stage = "";
        }
    }
}
