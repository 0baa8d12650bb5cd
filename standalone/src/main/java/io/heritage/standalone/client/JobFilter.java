package io.heritage.standalone.client;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * Filter of a list of jobs.
 *
 * @param states empty for all
 * @param text contained in id, worker or error; empty for any
 * @param limit jobs of a page, 1 to 100
 */
public record JobFilter(Set<String> states, String text, int limit) {
    /** The largest page of a server. */
    public static final int LARGEST_PAGE = 100;

    public JobFilter {
        states = Collections.unmodifiableSet(new TreeSet<>(states));
    }
}
