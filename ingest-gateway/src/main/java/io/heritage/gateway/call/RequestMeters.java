package io.heritage.gateway.call;

import io.heritage.observe.Meters;
import io.heritage.observe.Metric;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Records requests by operation and status, never by path, which callers may invent. */
public final class RequestMeters {
    private static final String NO_OPERATION = "none";

    private final Meters meters;

    public RequestMeters(Meters meters) {
        this.meters = meters;
    }

    /**
     * @param call null for an unknown path
     * @param outcome as {@link RequestLog#end} has it
     */
    void ended(@Nullable Call call, String outcome, long nanos, long bodyBytes) {
        String operation = call == null ? NO_OPERATION : call.operation().path();
        meters.time(
                Metric.HTTP_REQUESTS,
                Duration.ofNanos(nanos),
                operation,
                outcome.replace(' ', '_'));
        if (bodyBytes > 0) {
            meters.add(Metric.HTTP_BODY_BYTES, bodyBytes, operation);
        }
    }
}
