package io.heritage.transport.queue;

/** The topic of a lane that a worker serves. Used by the lane's thread. */
@FunctionalInterface
interface LanePlace {

    /** The topic to join now. */
    String topic();

    /** Whether the worker, which holds nothing, should move to another topic. */
    default boolean leave() {
        return false;
    }

    /** Handles a full group; returns whether another topic can be tried at once. */
    default boolean leaveFull() {
        return false;
    }

    /** Notes that the worker is a member of the group. */
    default void joined() {}
}
