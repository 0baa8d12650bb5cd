package io.heritage.transport.queue;

/** Which topic of a lane a worker serves. Used by the lane's thread. */
@FunctionalInterface
interface LanePlace {

    /** The one to join now. */
    String topic();

    /** Whether the worker, which holds nothing, is to go to another one. */
    default boolean leave() {
        return false;
    }

    /** The group is full; whether there is another one to ask at once. */
    default boolean leaveFull() {
        return false;
    }

    /** The worker is a member of the group. */
    default void joined() {}
}
