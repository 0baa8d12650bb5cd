package io.heritage.sink.scale;

import java.time.Duration;
import java.util.Optional;

/**
 * The waiting and running work of an endpoint, over all sinks.
 *
 * @param queue jobs that wait
 * @param running jobs with a worker
 * @param waitedLong waiting jobs that have waited longer than the target's value
 * @param oldest how long the first of the waiting jobs has waited
 * @param workers that take jobs, run one, or are starting
 * @param deadBeforeReady workers that died in the last minutes before they ever took a job
 * @param meanExecution of recent jobs; empty if none has completed yet
 */
public record Demand(
        long queue,
        long running,
        long waitedLong,
        Duration oldest,
        int workers,
        int deadBeforeReady,
        Optional<Duration> meanExecution) {

    /** Remaining work; running jobs count half. */
    Optional<Duration> work() {
        return meanExecution.map(
                mean -> mean.multipliedBy(queue).plus(mean.multipliedBy(running).dividedBy(2)));
    }
}
