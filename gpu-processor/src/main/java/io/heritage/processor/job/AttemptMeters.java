package io.heritage.processor.job;

import io.heritage.observe.Meters;
import io.heritage.observe.Metric;
import io.heritage.observe.trace.TraceScope;
import io.heritage.schemas.PublishedModel;
import java.time.Duration;
import java.time.Instant;

/**
 * Records one attempt: the time within each of its stages, and how it ended. Device thread only,
 * but for {@link #ranOutOfMemory}.
 */
public final class AttemptMeters {
    private static final String NO_MODEL = "none";

    private final Meters meters;
    private final AttemptTrace trace;
    private String model = NO_MODEL;
    private String stage = "";
    private long since;

    public AttemptMeters(Meters meters, AttemptTrace trace) {
        this.meters = meters;
        this.trace = trace;
    }

    /**
     * @return a scope; until it is closed this thread's work belongs to the attempt
     */
    TraceScope began(Instant at) {
        return trace.began(at);
    }

    /** Notes the model that the job asks for; called before the first stage. */
    void uses(PublishedModel asked) {
        model = asked.id();
        trace.uses(model);
    }

    /** Notes that a stage has begun. */
    void in(String next) {
        if (!next.equals(stage)) {
            endStage();
            stage = next;
            since = System.nanoTime();
            trace.in(next);
        }
    }

    /**
     * @param step of a fixed list
     */
    void ranOutOfMemory(String step) {
        meters.count(Metric.OOM_FALLBACKS, trace.endpoint(), step);
    }

    /**
     * @param outcome one word
     */
    void ended(String outcome) {
        endStage();
        meters.count(Metric.ATTEMPTS, trace.endpoint(), outcome);
        trace.ended(outcome);
    }

    /**
     * @param error kind of error, of a fixed list
     */
    void failed(String error) {
        trace.failedBy(error);
        ended("failed");
    }

    /** Called also without an end, after an exception of Kafka. */
    void left() {
        trace.ended("broken_off");
    }

    private void endStage() {
        if (!stage.isEmpty()) {
            meters.time(
                    Metric.STAGE,
                    Duration.ofNanos(System.nanoTime() - since),
                    trace.endpoint(),
                    model,
                    stage);
            stage = "";
        }
    }
}
