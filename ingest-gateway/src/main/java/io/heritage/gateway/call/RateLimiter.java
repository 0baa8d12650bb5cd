package io.heritage.gateway.call;

import io.heritage.gateway.error.HttpFailure;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Counts the requests of each key and operation (docs/spec/runpod.md, section 1.11). Each has a
 * bucket that holds what it may send in ten seconds and fills up evenly. Any thread.
 */
public final class RateLimiter {
    private static final double WINDOW_NANOS = 10e9;

    /** Name used for all requests of a key together. */
    private static final String ALL = "all";

    private final RequestRates rates;
    private final LongSupplier nanoTime;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /**
     * @param nanoTime as {@link System#nanoTime}
     */
    public RateLimiter(RequestRates rates, LongSupplier nanoTime) {
        this.rates = rates;
        this.nanoTime = nanoTime;
    }

    /**
     * @throws HttpFailure 429, with the seconds after which the next one is taken
     */
    public void count(ApiKey key, Operation operation) {
        Integer all = key.requests();
        if (all != null) {
            count(key.name(), ALL, all, "requests");
        }
        count(key.name(), operation.path(), rates.of(operation), operation.path() + " requests");
    }

    /**
     * Jobs of a batch whose first was counted with the request. A batch that is larger than the
     * bucket is taken from a full one, and the next waits until it has been made up for.
     *
     * @throws HttpFailure 429
     */
    public void countMore(ApiKey key, Operation operation, int jobs) {
        int limit = rates.of(operation);
        count(
                key.name(),
                operation.path(),
                limit,
                "jobs by " + operation.path(),
                jobs,
                Math.min(jobs, limit - 1));
    }

    private void count(String key, String what, int limit, String shown) {
        count(key, what, limit, shown, 1, 1);
    }

    private void count(String key, String what, int limit, String shown, int taken, int needed) {
        if (limit == 0 || taken == 0) {
            return;
        }
        double missing =
                buckets.computeIfAbsent(key + "/" + what, _ -> new Bucket(limit, nanoTime))
                        .take(limit, taken, needed);
        if (missing > 0) {
            long seconds = (long) Math.ceil(missing * WINDOW_NANOS / limit / 1e9);
            throw new HttpFailure(
                    429,
                    "too many requests: this key may send %d %s in 10 s".formatted(limit, shown),
                    Map.of("Retry-After", Long.toString(Math.max(1, seconds))));
        }
    }

    private static final class Bucket {
        private final LongSupplier nanoTime;
        private double held;
        private long at;

        Bucket(int limit, LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
            this.held = limit;
            this.at = nanoTime.getAsLong();
        }

        /** Takes tokens; returns the number that is missing, 0 if they were taken. */
        synchronized double take(int limit, int taken, int needed) {
            long now = nanoTime.getAsLong();
            held = Math.min(limit, held + (now - at) * limit / WINDOW_NANOS);
            at = now;
            if (held < needed) {
                return needed - held;
            }
            held -= taken;
            return 0;
        }
    }
}
