package io.heritage.transport;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** Jobs without media. */
public final class TestJobs {
    private TestJobs() {}

    public static EndpointId newEndpoint() {
        return new EndpointId("e-" + UUID.randomUUID().toString().substring(0, 8));
    }

    public static Job job(EndpointId endpoint) {
        return job(endpoint, Lane.HIGH);
    }

    public static Job job(EndpointId endpoint, Lane lane) {
        return new Job(
                JobId.forRun(Clock.systemUTC()),
                endpoint,
                EndpointKind.INTERPOLATE,
                "tests",
                Payload.ofJson(JsonNodeFactory.instance.objectNode()),
                policy(lane),
                null,
                ReplyShape.ENVELOPE,
                Instant.now(),
                0);
    }

    private static ExecutionPolicy policy(Lane lane) {
        Duration run =
                lane == Lane.LONG ? ExecutionPolicy.LONG_RUN.plusMillis(1) : Duration.ofMinutes(5);
        return new ExecutionPolicy(run, Duration.ofHours(1), lane == Lane.LOW);
    }
}
