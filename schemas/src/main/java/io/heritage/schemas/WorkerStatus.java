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
 * @param startedAt when the process began; null in heartbeats of versions that did not say so
 * @param version of Heritage; null if it is not known
 * @param installed ids of the models that it can load; null in heartbeats of versions that did not
 *     say so
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
        long heartbeatMillis,
        @Nullable Instant startedAt,
        @Nullable String version,
        @Nullable List<String> installed) {

    public WorkerStatus {
        endpoints = List.copyOf(endpoints);
        models = List.copyOf(models);
        installed = installed == null ? null : List.copyOf(installed);
    }

    /** State of a worker. */
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
