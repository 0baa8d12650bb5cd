package io.heritage.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.time.Duration;

/**
 * Time limits of a job (docs/spec/runpod.md, section 1.2).
 *
 * @param executionTimeout longest run of one attempt, 5 s to 7 d; above {@link #LONG_RUN} it puts
 *     the job into {@link Lane#LONG}
 * @param ttl longest life from submission to a terminal state, 10 s to 7 d
 * @param lowPriority puts the job into {@link Lane#LOW}
 */
public record ExecutionPolicy(Duration executionTimeout, Duration ttl, boolean lowPriority) {
    public static final Duration MIN_EXECUTION_TIMEOUT = Duration.ofSeconds(5);
    public static final Duration MIN_TTL = Duration.ofSeconds(10);
    public static final Duration MAX = Duration.ofDays(7);

    /** A job that may run longer waits in {@link Lane#LONG}. */
    public static final Duration LONG_RUN = Duration.ofHours(2);

    /**
     * Reads the request's {@code policy} over the endpoint's defaults: below a minimum is refused,
     * above the maximum is clamped.
     *
     * @param policy the value of the top-level key, or a missing node
     */
    public static ExecutionPolicy parse(JsonNode policy, ExecutionPolicy defaults)
            throws InvalidInput {
        if (policy.isMissingNode() || policy.isNull()) {
            return defaults;
        }
        if (!policy.isObject()) {
            throw new InvalidInput("policy: expected an object");
        }
        return new ExecutionPolicy(
                millis(
                        policy,
                        "executionTimeout",
                        MIN_EXECUTION_TIMEOUT,
                        defaults.executionTimeout()),
                millis(policy, "ttl", MIN_TTL, defaults.ttl()),
                lowPriority(policy.path("lowPriority"), defaults.lowPriority()));
    }

    public Lane lane() {
        if (lowPriority) {
            return Lane.LOW;
        }
        return executionTimeout.compareTo(LONG_RUN) > 0 ? Lane.LONG : Lane.HIGH;
    }

    private static Duration millis(JsonNode policy, String key, Duration min, Duration fallback)
            throws InvalidInput {
        JsonNode value = policy.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return fallback;
        }
        BigInteger millis =
                InputFields.wholeNumber(value)
                        .orElseThrow(() ->
                                new InvalidInput(
                                        "policy."
                                                + key
                                                + ": expected a whole number of milliseconds"));
        if (millis.bitLength() > 63) {
            return millis.signum() > 0 ? MAX : tooSmall(key, min);
        }
        Duration found = Duration.ofMillis(millis.longValue());
        if (found.compareTo(min) < 0) {
            return tooSmall(key, min);
        }
        return found.compareTo(MAX) > 0 ? MAX : found;
    }

    private static Duration tooSmall(String key, Duration min) throws InvalidInput {
        throw new InvalidInput("policy." + key + ": the minimum is " + min.toMillis() + " ms");
    }

    private static boolean lowPriority(JsonNode value, boolean fallback) throws InvalidInput {
        if (value.isMissingNode() || value.isNull()) {
            return fallback;
        }
        if (!value.isBoolean()) {
            throw new InvalidInput("policy.lowPriority: expected true or false");
        }
        return value.booleanValue();
    }
}
