package io.heritage.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Refuses submissions where too many jobs wait already. The sink is asked once a second at most, by
 * one request; others go by what it said last. Without an answer nothing is refused. Any thread.
 */
final class QueueLimit {
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final int OK = 200;

    private final int most;
    private final SinkClient sink;
    private final Map<EndpointId, Depth> depths = new ConcurrentHashMap<>();

    private static final class Depth {
        final AtomicBoolean asking = new AtomicBoolean();
        volatile long waiting;
        volatile long until = System.nanoTime();
    }

    /**
     * @param most jobs that may wait at an endpoint; 0 for any number
     */
    QueueLimit(int most, SinkClient sink) {
        this.most = most;
        this.sink = sink;
    }

    /**
     * @throws HttpFailure 429
     */
    void require(EndpointId endpoint) {
        if (most == 0) {
            return;
        }
        Depth depth = depths.computeIfAbsent(endpoint, _ -> new Depth());
        if (System.nanoTime() - depth.until >= 0 && depth.asking.compareAndSet(false, true)) {
            try {
                depth.waiting = waitingAt(endpoint);
                depth.until = System.nanoTime() + FRESH.toNanos();
            } finally {
                depth.asking.set(false);
            }
        }
        if (depth.waiting >= most) {
            throw HttpFailure.tooMany(
                    "too many requests: %d jobs wait at %s, the most that may (gateway.rates.queued)"
                            .formatted(depth.waiting, endpoint));
        }
    }

    private long waitingAt(EndpointId endpoint) {
        try {
            var answer = sink.health(endpoint);
            try (InputStream body = answer.body()) {
                JsonNode told = Wire.json().readTree(body);
                return answer.statusCode() == OK ? told.path("jobs").path("inQueue").asLong() : 0;
            }
        } catch (IOException | HttpFailure unknown) {
            return 0;
        }
    }
}
