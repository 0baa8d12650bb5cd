package io.heritage.benchmarks;

import java.util.Collection;

/**
 * The 50th and the 99th percentile of measurements.
 *
 * @param p50 in milliseconds
 * @param p99 in milliseconds
 */
public record Percentiles(double p50, double p99) {

    /**
     * @param nanos at least one measurement
     */
    public static Percentiles ofNanos(Collection<Long> nanos) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Percentiles(at(sorted, 0.50), at(sorted, 0.99));
    }

    private static double at(long[] sorted, double share) {
        int index = (int) Math.ceil(share * sorted.length) - 1;
        return sorted[Math.clamp(index, 0, sorted.length - 1)] / 1e6;
    }

    @Override
    public String toString() {
        return "p50 %.1f ms, p99 %.1f ms".formatted(p50, p99);
    }
}
