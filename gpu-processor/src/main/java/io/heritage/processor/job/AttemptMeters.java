package io.heritage.processor.job;

import io.heritage.observe.Meters;
import io.heritage.observe.Metric;
import io.heritage.schemas.EndpointId;
import java.time.Duration;

/**
 * Records one attempt: the time within each of its stages, and how it ended. Device thread only.
 */
final class AttemptMeters {
    private final Meters meters;
    private final String endpoint;
    private String stage = "";
    private long since;

    AttemptMeters(Meters meters, EndpointId endpoint) {
        this.meters = meters;
        this.endpoint = endpoint.value();
    }

    /** The work is in this stage now. */
    void in(String next) {
        if (!next.equals(stage)) {
            endStage();
            stage = next;
            since = System.nanoTime();
        }
    }

    /**
     * @param outcome one word
     */
    void ended(String outcome) {
        endStage();
        meters.count(Metric.ATTEMPTS, endpoint, outcome);
    }

    private void endStage() {
        if (!stage.isEmpty()) {
            meters.time(Metric.STAGE, Duration.ofNanos(System.nanoTime() - since), endpoint, stage);
            stage = "";
        }
    }
}
