package io.heritage.sink.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Set;

/**
 * The state of one job of a batch, as the batch knows it.
 *
 * @param status one of the six words clients know
 * @param version of the news: older ones change nothing
 */
public record MemberState(String status, long version) {
    static final String IN_QUEUE = "IN_QUEUE";
    private static final Set<String> UNFINISHED = Set.of(IN_QUEUE, "IN_PROGRESS");

    /** Until the first news of the job. */
    public static final MemberState UNHEARD = new MemberState(IN_QUEUE, Long.MIN_VALUE);

    @JsonIgnore
    public boolean isHeardOf() {
        return version != UNHEARD.version();
    }

    @JsonIgnore
    public boolean isEnded() {
        return !UNFINISHED.contains(status);
    }
}
