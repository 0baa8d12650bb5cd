package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Queue of an endpoint; each lane is a topic of its own, {@code heritage.jobs.ENDPOINT.LANE}. */
public enum Lane {
    HIGH,
    /** Jobs with {@code policy.lowPriority}. */
    LOW;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
