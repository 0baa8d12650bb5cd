package io.heritage.sink.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Set;

/**
 * What a batch knows of one of its jobs.
 *
 * @param status one of the six words clients know
 * @param version of the news: older ones change nothing
 */
public record MemberState(String status, long version) {
    static final String IN_QUEUE = "IN_QUEUE";
    private static final Set<String> UNFINISHED = Set.of(IN_QUEUE, "IN_PROGRESS");

    /** As long as nothing was heard of it. */
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
