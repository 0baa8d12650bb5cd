package io.heritage.transport.kafka;

/**
 * A canary: a new version that gets a share of the jobs, in its own shard of each lane. Versions
 * without this setting treat its topics as shards to be drained.
 *
 * @param percent of jobs that a gateway may give to canary workers, 0 to 100
 * @param worker whether a processor serves the canary's shards, and nothing else
 */
public record CanaryConfig(int percent, boolean worker) {

    public CanaryConfig {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("percent: expected 0 to 100, found " + percent);
        }
    }

    public static CanaryConfig none() {
        return new CanaryConfig(0, false);
    }

    boolean isThere() {
        return percent > 0 || worker;
    }
}
