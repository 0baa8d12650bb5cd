package io.heritage.transport.queue;

import io.heritage.schemas.EndpointId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A worker's state of one of its lanes. All fields but topic, rank, model and member are guarded by
 * the schedule's lock.
 */
final class LaneState {
    final EndpointId endpoint;

    /** Topic of the shard that is served. */
    volatile String topic;

    /** 0 is served first. */
    final int rank;

    /** Id of the model that its jobs need; null if unknown. */
    final @Nullable String model;

    /** Whether its consumer has asked to join the group since it was opened. */
    volatile boolean member;

    /** Whether its consumer should fetch a job. */
    boolean asked;

    /** When it was asked, {@link System#nanoTime}. */
    long askedAt;

    /** Jobs that its consumer offers to the worker, in the order of the queue. */
    final List<HeldJob> offers = new ArrayList<>();

    /** When the worker last took a job of this lane, {@link System#nanoTime}. */
    long servedAt = Long.MIN_VALUE;

    /** Whether its consumer is, as far as known, a member of the group. */
    boolean joined = true;

    /** Whether it must not fetch jobs; written under the lock, read anywhere. */
    volatile boolean suspended;

    LaneState(EndpointId endpoint, String topic, int rank) {
        this(endpoint, topic, rank, null);
    }

    LaneState(EndpointId endpoint, String topic, int rank, @Nullable String model) {
        this.endpoint = endpoint;
        this.topic = topic;
        this.rank = rank;
        this.model = model;
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
