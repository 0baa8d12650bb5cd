package io.heritage.gateway.submit;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.gateway.error.HttpFailure;
import io.heritage.gateway.sink.SinkClient;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Refuses submissions if too many jobs wait already. The sink is asked once a second at most, by
 * one request; others use the latest answer. Without an answer nothing is refused. Any thread.
 */
public final class QueueLimit {
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final int OK = 200;

    private final int most;
    private final SinkClient sink;
    private final Map<EndpointId, Depth> depths = new ConcurrentHashMap<>();

    private static final class Depth {
        final AtomicBoolean asking = new AtomicBoolean();
        final AtomicLong waiting = new AtomicLong();
        volatile long until = System.nanoTime();
    }

    /**
     * @param most jobs that may wait at an endpoint; 0 for any number
     */
    public QueueLimit(int most, SinkClient sink) {
        this.most = most;
        this.sink = sink;
    }

    /**
     * @throws HttpFailure 429
     */
    public void require(EndpointId endpoint) {
        if (most == 0) {
            return;
        }
        long waiting = asked(endpoint).waiting.get();
        if (waiting >= most) {
            throw HttpFailure.tooMany(
                    "too many requests: %d jobs wait at %s, the maximum (gateway.rates.queued)"
                            .formatted(waiting, endpoint));
        }
    }

    /**
     * The same for a batch, whose jobs count from now on, before the sink reports them.
     *
     * @throws HttpFailure 429, or 400 if there are more than may ever wait
     */
    public void require(EndpointId endpoint, int jobs) {
        if (most == 0) {
            return;
        }
        if (jobs > most) {
            throw HttpFailure.badRequest(
                    "a batch of %d jobs, but at most %d may wait at %s (gateway.rates.queued); send fewer at a time"
                            .formatted(jobs, most, endpoint));
        }
        AtomicLong waiting = asked(endpoint).waiting;
        long after = waiting.addAndGet(jobs);
        if (after > most) {
            waiting.addAndGet(-jobs);
            throw HttpFailure.tooMany(
                    "too many requests: %d jobs wait at %s, and with %d more there would be over %d (gateway.rates.queued)"
                            .formatted(after - jobs, endpoint, jobs, most));
        }
    }

    private Depth asked(EndpointId endpoint) {
        Depth depth = depths.computeIfAbsent(endpoint, _ -> new Depth());
        if (System.nanoTime() - depth.until >= 0 && depth.asking.compareAndSet(false, true)) {
            try {
                depth.waiting.set(waitingAt(endpoint));
                depth.until = System.nanoTime() + FRESH.toNanos();
            } finally {
                depth.asking.set(false);
            }
        }
        return depth;
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
