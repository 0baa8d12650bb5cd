package io.heritage.chaos;

/**
 * An injected fault; times as in {@link Observation}.
 *
 * @param part its name, or what was slow
 * @param to when it was over: the part was told to run again
 */
record Disturbance(Kind kind, String part, long from, long to) {

    enum Kind {
        /** Killed, and started again later. */
        KILL,
        /** Stopped by a signal, continued later. */
        STOP,
        SLOW_NETWORK,
        /** Started again with a clock that is wrong. */
        CLOCK,
        FULL_DISK,
        /** Asked to stop, as for an update, and started again when it had. */
        ROLL,
        /** A job made its worker end. */
        OWN_END
    }

    boolean overlaps(long began, long ended, long after) {
        return from <= ended && began <= to + after;
    }
}
