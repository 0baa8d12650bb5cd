package io.heritage.transport.queue;

import io.heritage.schemas.EndpointId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a worker knows of one of its lanes: a jobs topic and how it stands with it. All but topic
 * and rank are guarded by the schedule's lock.
 */
final class LaneState {
    final EndpointId endpoint;

    /** Topic of the shard that is served. */
    volatile String topic;

    /** 0 is served first. */
    final int rank;

    /** Whether its consumer is to fetch a job. */
    boolean asked;

    /** When it was asked, {@link System#nanoTime}. */
    long askedAt;

    /** What its consumer has got for the worker, in the order of the queue. */
    final List<HeldJob> offers = new ArrayList<>();

    /** When the worker last took a job of it, {@link System#nanoTime}. */
    long servedAt = Long.MIN_VALUE;

    /** Whether its consumer is a member of the group, as far as is known. */
    boolean joined = true;

    /** Whether no further job of it is to be fetched. */
    boolean suspended;

    LaneState(EndpointId endpoint, String topic, int rank) {
        this.endpoint = endpoint;
        this.topic = topic;
        this.rank = rank;
    }

    boolean hasOfferThatWaited(long now) {
        return offers.stream().anyMatch(held -> held.hasWaited(now));
    }

    Optional<HeldJob> confirmedOffer() {
        return offers.stream().filter(held -> held.isOffered() && held.isConfirmed()).findFirst();
    }

    /** Whether it fetches, or is about to. */
    boolean hasNothing() {
        return offers.stream().allMatch(HeldJob::isOver);
    }
}
