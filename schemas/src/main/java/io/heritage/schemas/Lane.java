package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Queue of an endpoint; each lane is a topic of its own, {@code heritage.jobs.ENDPOINT.LANE}. */
public enum Lane {
    HIGH(0),
    /**
     * Jobs that may run longer than {@link ExecutionPolicy#LONG_RUN}. A lane stops behind its
     * oldest unfinished job once its window is full, so they do not share one with the others.
     * Workers take it and {@link #HIGH} in turn.
     */
    LONG(0),
    /** Jobs with {@code policy.lowPriority}, for workers that find no others. */
    LOW(1);

    private final int rank;

    Lane(int rank) {
        this.rank = rank;
    }

    /** Lanes of a lower number are served first, those of one number in turn. */
    public int rank() {
        return rank;
    }

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
