package io.heritage.transport.queue;

import org.jspecify.annotations.Nullable;

/**
 * What a worker knows of one of its lanes: a jobs topic and how it stands with it. All but topic
 * and rank are guarded by the schedule's lock.
 */
final class LaneState {
    /** Of the shard that is served. */
    volatile String topic;

    /** 0 is served first. */
    final int rank;

    /** Whether its consumer is to fetch a job. */
    boolean asked;

    /** When it was asked, {@link System#nanoTime}. */
    long askedAt;

    /** What its consumer has got for the worker. */
    @Nullable HeldJob offer;

    /** When the worker last took a job of it, {@link System#nanoTime}. */
    long servedAt = Long.MIN_VALUE;

    /** Whether its consumer is a member of the group, as far as is known. */
    boolean joined = true;

    LaneState(String topic, int rank) {
        this.topic = topic;
        this.rank = rank;
    }

    boolean hasOfferThatWaited(long now) {
        return offer != null && offer.hasWaited(now);
    }

    @Nullable HeldJob confirmedOffer() {
        HeldJob held = offer;
        return held != null && held.isOffered() && held.isConfirmed() ? held : null;
    }
}
