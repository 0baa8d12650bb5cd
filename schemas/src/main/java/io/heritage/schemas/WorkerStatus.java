package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Heartbeat of a processor in {@code heritage.workers}, compacted to the latest of each worker.
 *
 * @param endpoints whose jobs it takes
 * @param models resident in memory
 * @param memoryBytes memory of the device, 0 if unknown
 * @param jobId the job it works on, null when idle
 * @param heartbeatMillis the next heartbeat comes within this time, or the worker is lost
 */
public record WorkerStatus(
        WorkerId worker,
        Instant at,
        Phase phase,
        List<EndpointId> endpoints,
        List<String> models,
        String device,
        long memoryBytes,
        long memoryUsedBytes,
        @Nullable JobId jobId,
        long heartbeatMillis) {

    public WorkerStatus {
        endpoints = List.copyOf(endpoints);
        models = List.copyOf(models);
    }

    /** What a worker is doing. */
    public enum Phase {
        INITIALIZING,
        IDLE,
        RUNNING,
        UNHEALTHY,
        STOPPED;

        @JsonValue
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
